import type { Section } from "./page.ts";

/** What the commands for the filter print with `--json`. */
export const filterJson: Section = {
  title: "JSON",
  blocks: [
    "These shapes are stable: members may be added, and none is removed or changes its meaning.",
    {
      terms: [
        [
          "`rule list`",
          "`overriddenBy` is the rule allow-from that wins over a block-from, `coveredBy` the wider rule of the same kind; each is absent where there is none:",
          {
            code: [
              '{"rules": [{"kind": "block-from", "entry": "mail.spammer.example",',
              '  "overriddenBy": "spammer.example", "coveredBy": "spammer.example"}, …]}',
            ],
          },
        ],
        [
          "`rule add`, `rule delete`",
          "The steps of the event while they go on, an object a line, as signal-event(1) describes them.",
        ],
        [
          "`scan`",
          "`action` is accepted, put off, flagged, refused or held (in the quarantine); `reason`, what the client is told, is absent where the score decides; of the envelope what is not known is absent. Symbols stand by their score, the highest first:",
          {
            code: [
              '{"messages": [{"file": "message.eml", "action": "refused", "reason": "Infected: NAME",',
              '  "score": 3.1, "envelope": {"from": "a@b.example", "to": ["john@example.org"],',
              '  "ip": "192.0.2.7", "hostname": "mx.b.example", "helo": "mx.b.example", "user": "john"},',
              '  "symbols": [{"name": "R_SPF_FAIL", "score": 1, "description": "…", "options": ["-all"]},',
              "  …]}, …]}",
            ],
          },
        ],
        [
          "`bayes status`",
          "How many messages are learned, how many it takes, and how many that users moved wait:",
          {
            code: ['{"active": false, "spam": {"learned": 105, "needed": 200}, "ham": {…}, "waiting": 0}'],
          },
        ],
        [
          "`bayes learn`",
          "What became of the messages: `unusable` hold too few words, `failed` may be learned later:",
          { code: ['{"as": "spam", "learned": 12, "known": 1, "unusable": 0, "failed": 0}'] },
        ],
        ["`bayes forget`", { code: ['{"forgotten": {"spam": 105, "ham": 0}}'] }],
        [
          "`quarantine list`",
          "The oldest first; an empty `sender` is that of a bounce:",
          {
            code: [
              '[{"id": "7C7115D0", "received": "2026-11-25T10:00:00.000Z", "sender": "a@b.example",',
              '  "recipients": ["john@example.org"], "from": "A <a@b.example>", "subject": "…",',
              '  "reason": "reject, score 25.00", "bytes": 1234}, …]',
            ],
          },
        ],
        [
          "`quarantine show`",
          "The same of one message, with more. `headers` are as they came, `text` is what a reader sees:",
          {
            code: [
              '{"id": "7C7115D0", …, "symbols": [{"name": "BAYES_SPAM", "score": 5.1, "options": "…"}, …],',
              ' "headers": [["Subject", "…"], …], "text": "…"}',
            ],
          },
        ],
        [
          "`quarantine release`",
          "What is in the queue of Postfix; what stays is told on standard error:",
          {
            code: [
              '{"released": [{"id": "7C7115D0", "queueId": "9C2A1D03", "recipients": ["john@example.org"]},',
              "  …]}",
            ],
          },
        ],
        ["`quarantine delete`", { code: ['{"deleted": ["7C7115D0", …]}'] }],
        [
          "`dkim list`",
          "`use` is signs, next, idle or old; of a lost key `written` is absent:",
          {
            code: [
              '[{"domain": "example.org", "selector": "default", "use": "signs", "isLost": false,',
              '  "bits": 2048, "written": "2026-11-25T10:00:00.000Z"}, …]',
            ],
          },
        ],
        [
          "`dkim show`",
          {
            code: [
              '{"domain": "example.org", "signed": true, "records": [{"domain": "example.org",',
              '  "selector": "default", "use": "signs", "name": "default._domainkey.example.org",',
              '  "type": "TXT", "value": "v=DKIM1; k=rsa; p=…", "zone": "…"}, …]}',
            ],
          },
        ],
        [
          "`dkim verify`",
          "`state` of a key is published, missing, several, other, damaged, revoked, lost or unknown; of another record there, missing, several or unknown. Where all is well `advice` is empty:",
          {
            code: [
              '{"domain": "example.org", "signed": true, "keys": [{"selector": "default", "use": "signs",',
              '  "name": "default._domainkey.example.org", "state": "missing", "found": [],',
              '  "advice": "…"}, …],',
              ' "others": [{"what": "MX", "name": "example.org", "state": "there",',
              '  "found": ["10 mail.example.org"], "advice": ""}, …]}',
            ],
          },
        ],
        [
          "`dkim rotate`",
          "The steps of the event, as of rule add; where a key is made, what dkim show prints follows on a line of its own.",
        ],
        ["`dkim retire`", { code: ['{"removed": "default._domainkey.example.org"}'] }],
      ],
    },
  ],
};
