import type { Section } from "./page.ts";

/** What the commands for the filter print with `--json`. */
export const filterJson: Section = {
  title: "JSON",
  blocks: [
    "These shapes are stable: members may be added, and none is removed or changes its meaning.",
    {
      terms: [
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
        ["`dkim retire`", { code: ['{"removed": "default._domainkey.example.org"}'] }],
      ],
    },
  ],
};
