import { storageContract } from "@ferula/test-kit";
import { openTestDb, testDisk } from "./support.ts";

storageContract("tsdb", () => openTestDb(testDisk()));
