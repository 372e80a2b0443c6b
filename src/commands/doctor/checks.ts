import { certificate } from "./certificate.ts";
import type { Check } from "./check.ts";
import { checkNames } from "./check-names.ts";
import { clock } from "./clock.ts";
import { database } from "./database.ts";
import { disk } from "./disk.ts";
import { dns } from "./dns.ts";
import { filter } from "./filter.ts";
import { ports } from "./ports.ts";
import { queue } from "./queue.ts";
import { remote } from "./remote.ts";
import { signatures } from "./signatures.ts";
import { state } from "./state.ts";
import { units } from "./units.ts";
import { versions } from "./versions.ts";

const checks: readonly Check[] = [
  ...[
    database,
    versions,
    units,
    ports,
    disk,
    queue,
    certificate,
    signatures,
    filter,
    remote,
    clock,
    dns,
    state,
  ],
];

/** All checks, in the order of their names. */
export const allChecks: readonly Check[] = checkNames.flatMap((name) =>
  checks.filter((check) => check.name === name),
);
