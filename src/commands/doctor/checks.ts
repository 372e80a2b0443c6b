import { certificate } from "./certificate.ts";
import type { Check } from "./check.ts";
import { clock } from "./clock.ts";
import { database } from "./database.ts";
import { disk } from "./disk.ts";
import { dns } from "./dns.ts";
import { ports } from "./ports.ts";
import { queue } from "./queue.ts";
import { signatures } from "./signatures.ts";
import { state } from "./state.ts";
import { units } from "./units.ts";
import { versions } from "./versions.ts";

/** All checks, in the order in which findings are told. */
export const allChecks: readonly Check[] = [
  database,
  versions,
  units,
  ports,
  disk,
  queue,
  certificate,
  signatures,
  clock,
  dns,
  state,
];

export const checkNames: readonly string[] = allChecks.map(({ name }) => name);
