import type { Section } from "./page.ts";

/** What the verbs print in JSON; packaging and tests of commands look at the same members. */
export const databaseJson: Section = {
  title: "JSON",
  blocks: [
    "These shapes are stable: members may be added, and none is removed or changes its meaning.",
    {
      terms: [
        [
          "`getjson`, `printjson`, `showjson`",
          "A record, whose `props` are absent where it has none, and for which 1 stands where there is no such record; all values are strings. Without a key, a list of all records. No line break ends the output of the first two.",
          { code: ['{"name": "KEY", "type": "TYPE", "props": {"PROPERTY": "VALUE", …}}'] },
          "setjson takes the same; a number or a boolean as a value is stored as its text.",
        ],
        [
          "`--json changes`, `--json history`",
          "A list. A change of the record's type has the name `type`; `old` is absent where there was no value, `new` where there is none left. Values of secrets are masked. `at` counts milliseconds since 1970. Only changes has `events`, of which any one applies the change, `default`, what is read where nothing is stored, and `inEffect`, whether this version acts on the property.",
          {
            code: [
              '[{"revision": 12, "at": 1795340771000, "actor": "root", "via": "ssh 203.0.113.4",',
              '  "database": "configuration", "key": "rspamd", "name": "QuarantineStatus",',
              '  "old": "disabled", "new": "enabled", "default": "disabled",',
              '  "events": ["nethserver-mail-quarantine-save"], "inEffect": true}, …]',
            ],
          },
        ],
        [
          "`--json describe`",
          "Without arguments a list of what the database holds:",
          { code: ['[{"name": "rspamd", "text": "…", "isType": false}, …]'] },
          "Of a key, and within its `properties`, of a property; `default` and `now` are absent where there is none:",
          {
            code: [
              '{"key": "rspamd", "text": "…", "properties": [{"key": "rspamd",',
              '  "property": "SpamKillLevel", "accepted": "a number from 1 to 25",',
              '  "default": "20", "now": "15", "isDefault": false, "secret": false,',
              '  "text": "…", "events": ["nethserver-mail-filter-save"]}, …]}',
            ],
          },
        ],
      ],
    },
    "The JSON Schema of all records is printed by `mailwright schema`. Verbs that are not named here print text with --json too.",
  ],
};

/** What `signal-event --json` prints. */
export const eventJson: Section = {
  title: "JSON",
  blocks: [
    "With --json each object is on a line of its own, and is printed when it happens. These shapes are stable: members may be added, and none is removed or changes its meaning. Times are in seconds, `progress` is the part of all steps that is done, from 0 to 1, and an `exit` that is not 0 is the exit status of the whole.",
    {
      terms: [
        ["At the start:", { code: ['{"event": "NAME", "args": ["…"], "steps": 6}'] }],
        [
          "When a step starts:",
          { code: ['{"event": "NAME", "action": "plan", "state": "running", "step": 1}'] },
        ],
        [
          "When it ends:",
          {
            code: [
              '{"event": "NAME", "action": "plan", "state": "done", "step": 1, "exit": 0,',
              ' "time": 0.041, "progress": 0.2, "detail": "13 templates, 2 changed"}',
            ],
          },
          "Actions are named `plan`, `check`, `commit`, `services`, `verify`, `restore` where everything goes back, and as their files are, the scripts.",
        ],
        ["What an administrator should know:", { code: ['{"event": "NAME", "notice": "…"}'] }],
        [
          "A line that a script prints:",
          { code: ['{"event": "NAME", "action": "S20-name", "output": "…"}'] },
        ],
        [
          "At the end:",
          { code: ['{"event": "NAME", "status": "success"}'] },
          "or `failed`. The reason is printed on standard error.",
        ],
      ],
    },
    "A dry run prints one object instead. The `state` of a file is same, attributes (mode or owner alone), new, changed, removed, edited (by hand, since it was written) or foreign (not written by mailwright):",
    {
      code: [
        '{"files": [{"path": "/etc/postfix/main.cf", "state": "changed"}, …],',
        ' "tables": ["/etc/postfix/virtual-aliases.cdb", …],',
        ' "checks": [{"daemon": "rspamd", "passed": true, "time": 0.4}, …],',
        ' "actions": [["/usr/share/mailwright/events/NAME/S20-name", "NAME"], …],',
        ' "services": [{"unit": "postfix", "verb": "reload"}, …]}',
      ],
    },
    "A check that was left out has `skipped`, with the reason, instead of passed and time. --list prints a list of objects with `name` and `description`; --explain one object with `name`, `description`, `carriesOut`, `templates`, `services`, `scripts` and `skipped`.",
  ],
};

/** What the commands of mailwright(1) print. */
export const commandsJson: Section = {
  title: "JSON",
  blocks: [
    "With --json each prints one object or list. These shapes are stable: members may be added, and none is removed or changes its meaning. `at` and `deadline` count milliseconds since 1970; a member is absent where it has no value; values of secrets are masked.",
    {
      terms: [
        [
          "`apply`, `rollback`",
          "The steps while they go on, an object a line, as signal-event(1) describes them; `event` is apply or rollback, and `args` are the events that are carried out, with their arguments, behind the revision of rollback. `apply --dry-run` prints what `signal-event --dry-run` prints, with the events in `events`, and `rollback --dry-run` the same, with the changes of settings in `settings`, each with database, key, name, old and new. Where nothing waits:",
          { code: ['{"events": []}'] },
        ],
        ["`confirm`", "The revision that stays:", { code: ['{"confirmed": 12}'] }],
        [
          "`status`",
          "Lists that are empty where all is well. `pending` is as in config(1); `services` are units and what their files ask of them; `edits` is content, attributes, removed or link; `outdated` are files that differ though nobody edited them and no setting waits; `deleting` are records that are marked as deleted and still there. `confirm`, `interrupted`, the revision of an apply that was cut off, `broken`, the last apply where it failed half-way, and `atWork`, who applies at this moment, with `atWorkSince`, in milliseconds since 1970, are there where there is such a thing. `failedRuns` are accounts and users whose mail was not fetched or copied, with the reason; they do not count for the exit status.",
          {
            code: [
              '{"pending": [{"revision": 12, …}, …],',
              ' "services": [{"unit": "postfix", "action": "reload", "load": "masked"}, …],',
              ' "failed": [{"unit": "rspamd", "state": "rspamd.service failed (exit-code)"}, …],',
              ' "edits": [{"path": "/etc/postfix/main.cf", "edit": "content"}, …],',
              ' "outdated": ["/etc/postfix/master.cf", …], "makers": ["nethserver-mail-common-save"],',
              ' "overrides": [{"path": "/etc/mailwright/templates/…", "replaces": "…",',
              '   "base": "the shipped text of then", "diff": "…"}, …],',
              ' "deleting": ["domains example.com", …],',
              ' "problems": ["why the files cannot be compared", …],',
              ' "confirm": {"revision": 12, "deadline": 1795340771000},',
              ' "interrupted": 12, "broken": {"revision": 12, "detail": "why"},',
              ' "atWork": "signal-event NAME (process 123, root, tty1)"}',
            ],
          },
        ],
        [
          "`verify`",
          "How many files were compared, and those that differ; `state` is as in a dry run, `edit` as in status:",
          {
            code: [
              '{"files": 23, "differing": [{"path": "/etc/postfix/main.cf", "state": "edited",',
              '  "edit": "content"}, …]}',
            ],
          },
        ],
        [
          "`history`",
          "A list, the newest first. `changes` are as in `config --json history`; `settings` is the newest change that was applied, `detail` why it failed:",
          {
            code: [
              '[{"kind": "apply", "revision": 13, "at": 1795340771000, "actor": "root",',
              '  "via": "tty1", "event": "NAME", "args": ["…"], "settings": 12,',
              '  "outcome": "done", "detail": "", "files":',
              '  [{"path": "/etc/postfix/main.cf", "state": "changed"}, …]},',
              ' {"kind": "change", "revision": 12, "changes": [{"revision": 12, …}, …]}, …]',
            ],
          },
        ],
        [
          "`diff`",
          "One of these, in which each file of an apply has its difference in `diff`; of revision 0 an object without members.",
        ],
      ],
    },
  ],
};
