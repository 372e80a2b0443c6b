import type { Section } from "./page.ts";

/** What the commands for mail that is on its way print with `--json`. */
export const flowJson: Section = {
  title: "JSON",
  blocks: [
    "These shapes are stable: members may be added, and none is removed or changes its meaning. Sizes are in bytes, times as in 2026-11-25T10:00:00.000Z.",
    {
      terms: [
        [
          "`queue list`",
          "The oldest first. `queue` is maildrop, incoming, active, deferred or hold; an empty `from` is that of a notification, and an empty `reason` that of a recipient for whom nothing was tried:",
          {
            code: [
              '[{"id": "4Ch2Jd6gzlz1DK", "queue": "deferred", "size": 1234, "from": "a@b.example",',
              '  "recipients": [{"address": "c@d.example", "reason": "connect to d.example: …"}, …],',
              '  "arrival": "2026-11-25T10:00:00.000Z"}, …]',
            ],
          },
        ],
        [
          "`queue list --summary`",
          "By part of the queue and reason, in which addresses and hosts stand as … each; the most messages first:",
          { code: ['[{"queue": "deferred", "reason": "…", "messages": 12, "bytes": 34567}, …]'] },
        ],
        ["`queue show`", "One of those of queue list, and `headers`, a list of the lines of its header."],
        [
          "`queue delete`, `hold`, `release`, `resend`",
          "The identifiers of the messages with which it was done, in `deleted`, `held`, `released` or `tried-again`. With --dry-run those with which it would be done, and `dryRun`, which is else absent:",
          { code: ['{"deleted": ["4Ch2Jd6gzlz1DK", …], "dryRun": true}'] },
        ],
        ["`queue flush`", "An object without members."],
        [
          "`queue watch`",
          "An object a line, for each look:",
          { code: ['{"time": "2026-11-25T10:00:00.000Z", "messages": 12, "bytes": 34567}'] },
        ],
        [
          "`log trace`",
          "As its options above tell. With --follow each further record is an object on a line of its own, as in `records`: its `kind`, such as client, queued, filtered, delivery or removed, has members of its own, and `text` is what people are shown:",
          {
            code: [
              '{"kind": "removed", "time": "2026-11-25T10:00:00.000Z", "program": "postfix/qmgr",',
              ' "queueId": "4Ch2Jd6gzlz1DK", "text": "…"}',
            ],
          },
        ],
        [
          "`log summary`",
          "The first member has the name of what is counted by: `day`, `sender`, `recipient` or `reason`. `messages` and `bytes` are those that came into the queue, `delivered` and `returned` count recipients, `deferred` attempts that are to be made again, `refused` what was refused while a client was connected, `flagged` what the filter took for spam:",
          {
            code: [
              '[{"day": "2026-11-25", "messages": 12, "bytes": 34567, "delivered": 11, "deferred": 1,',
              '  "returned": 0, "refused": 3, "flagged": 2}, …]',
            ],
          },
        ],
      ],
    },
  ],
};
