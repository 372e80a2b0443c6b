import type { Checker } from "./checker.ts";
import { cron } from "./cron.ts";
import { dovecot, sieve } from "./dovecot.ts";
import { getmail } from "./getmail.ts";
import { nginx } from "./nginx.ts";
import { postfix } from "./postfix.ts";
import { rspamd } from "./rspamd.ts";
import { systemd } from "./systemd.ts";

/** All that judge, in the order in which their refusals are told; the slowest is started first. */
export const checkers: readonly Checker[] = [rspamd, postfix, dovecot, sieve, nginx, getmail, cron, systemd];
