import type { Section } from "./page.ts";

/** What the commands for people print with `--json`. */
export const peopleJson: Section = {
  title: "JSON",
  blocks: [
    "These shapes are stable: members may be added, and none is removed or changes its meaning. Sizes are in bytes; values of secrets are masked. Verbs that change something print the steps of their events, as signal-event(1) describes them.",
    {
      terms: [
        [
          "`list`",
          "A list of records, with defaults; of the mailboxes an object:",
          {
            code: [
              '[{"name": "john@example.org", "type": "user", "props": {"FirstName": "John", …}}, …]',
              '{"public": [{"name": "Sales", "messages": 12, "bytes": 34567,',
              '  "rights": [{"id": "group=sales", "rights": "lookup read …"}, …]}, …],',
              ' "users": [{"user": "john", "messages": 3, "bytes": 1234}, …]}',
            ],
          },
        ],
        [
          "`show`",
          "One record, with what names it: groups, addresses, forwards, catch-alls and copies; of a public mailbox what list prints, with the `addresses` that lead there, `@DOMAIN` for a catch-all; of a user's mailbox its `folders`:",
          {
            code: [
              '{"name": "john@example.org", "type": "user", "props": {…}, "namedBy": ["group sales@example.org"]}',
              '{"name": "Sales", …, "addresses": ["sales@"], "namedBy": ["user john@example.org"]}',
              '{"user": "john", "folders": [{"name": "INBOX", "messages": 3, "bytes": 1234}, …]}',
            ],
          },
        ],
        [
          "`quota`",
          "`limit` and `percent` are absent where there is no limit; `status` is disabled where Dovecot keeps to none at all:",
          {
            code: [
              '{"status": "enabled", "users": [{"user": "john", "used": 1234, "limit": 2147483648,',
              '  "percent": 0, "messages": 3}, …]}',
              '{"recalculated": ["john", …]}',
            ],
          },
        ],
        [
          "`relay default`",
          {
            code: [
              '{"status": "enabled", "host": "mx.example.net", "port": "587", "username": "u",',
              ' "tls": "enabled", "hasPassword": true}',
            ],
          },
        ],
      ],
    },
  ],
};
