import type { Checker } from "./checker.ts";
import { byStatus } from "./judges.ts";

const tree = "/etc/dovecot";
const main = "dovecot.conf";

export const dovecot: Checker = {
  daemon: "dovecot",
  title: "doveconf",
  programs: ["doveconf"],
  tree,
  main,
  trials: (stage) => [
    {
      // With -x files that a setting names must be there, as when Dovecot starts; and they are printed.
      argv: [stage.program("doveconf"), "-c", stage.path(`${tree}/${main}`), "-n", "-x"],
      isSecretive: true,
      // The doveconf that is started for what others may do can be the only one to see an error.
      judge: byStatus({ complaint: /^doveconf: Fatal: /m, warning: /^doveconf: Warning: / }),
    },
  ],
};

/** Scripts anywhere, compiled as the staged settings of Dovecot say. */
export const sieve: Checker = {
  daemon: "dovecot",
  title: "sievec",
  programs: ["sievec"],
  tree,
  main,
  judges: ({ metadata, text }) => metadata.syntax === "sieve" && text !== undefined,
  trials: (stage) =>
    stage.planned
      .filter(({ rendered }) => rendered.metadata.syntax === "sieve" && rendered.text !== undefined)
      .map(({ rendered }, index) => ({
        argv: [
          stage.program("sievec"),
          "-c",
          stage.path(`${tree}/${main}`),
          // The user of the mailboxes is made by the first event, after the check; the compiler needs none.
          "-o",
          "mail_uid=",
          "-o",
          "mail_gid=",
          stage.path(rendered.path),
          stage.path(`/compiled-${index}.svbin`),
        ],
        about: rendered,
        judge: byStatus({ warning: /: warning: / }),
      })),
};
