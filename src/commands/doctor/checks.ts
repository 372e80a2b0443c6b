import type { Check } from "./check.ts";
import { database } from "./database.ts";
import { state } from "./state.ts";
import { units } from "./units.ts";

/** All checks, in the order in which findings are told. */
export const allChecks: readonly Check[] = [database, units, state];

export const checkNames: readonly string[] = allChecks.map(({ name }) => name);
