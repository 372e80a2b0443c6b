import { databaseVerbs } from "./database-verbs.ts";
import { recordVerbs } from "./record-verbs.ts";
import type { Verb } from "./verb.ts";

/** The verbs of `config` and `db NAME`, in the order in which help shows them. */
export const verbs: readonly Verb[] = [...recordVerbs, ...databaseVerbs];
