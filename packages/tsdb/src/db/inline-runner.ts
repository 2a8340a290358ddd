import { PromError } from "@ferula/model";
import { doJob, type JobEnvironment } from "./do-job.ts";
import type { JobRunner } from "./jobs.ts";

/** Does jobs on the thread that asks for them, which stands still meanwhile: for disks of tests, and where the program is not built. */
export function createInlineRunner(environment: Omit<JobEnvironment, "isCanceled">): JobRunner {
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();
  const whole: JobEnvironment = { ...environment, isCanceled: () => isClosed };
  return {
    run(kind, task) {
      const done = last.then(() => {
        if (isClosed) throw new PromError("canceled", `cannot begin ${kind}: the database is being closed`);
        return doJob(whole, kind, task);
      });
      last = done.catch(() => undefined);
      return done;
    },
    async close() {
      isClosed = true;
      await last;
    },
  };
}
