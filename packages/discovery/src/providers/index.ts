import type { AnyProvider } from "../provider.ts";
import { fileProvider } from "./file.ts";
import { staticProvider } from "./static.ts";

/** Every way of finding targets. A new one is a file beside this and a row here. */
export const providers: readonly AnyProvider[] = [staticProvider, fileProvider];
