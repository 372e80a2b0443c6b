import type { Manifest } from "../../src/apply/event.ts";
import { leftovers } from "./common.ts";
import { type Page, type Section, seeAlso, type Term } from "./page.ts";

/** mailwright-events(5), as src/apply/event.ts and src/apply/actions.ts read and run an event. */
export function eventsPage(): Page {
  return {
    name: "mailwright-events",
    section: 5,
    summary: "the folder of an event: manifest and action scripts",
    sections: [
      {
        title: "DESCRIPTION",
        blocks: [
          "An event is a folder of its name, in /usr/share/mailwright/events or in /etc/mailwright/events, with a manifest `event.yaml` and action scripts. It is signalled by signal-event(1), which describes the order in which all of it is done; what a given event comes to is shown by `signal-event --explain`.",
        ],
      },
      manifest,
      scripts,
      overlay,
      example,
      seeAlso("mailwright(1)", "signal-event(1)", "mailwright-template(5)"),
    ],
  };
}

/** What each member of event.yaml means; the type keeps it complete. */
const members: Readonly<Record<keyof Manifest, string>> = {
  description: "What the event does, in a few words.",
  extends:
    "A list of events whose templates, services and scripts this one has as well, and those that they extend; also what such an event `deletes`, unless this one names a database itself, what it `changes`, unless this one names something itself, and that it is `irreversible`. Settings that wait for one of them are applied by this one too. Their scripts run once each, with the name of the event that was signalled.",
  templates:
    "A list of the files to be made, as absolute paths; each has a template, see mailwright-template(5).",
  services:
    "Maps units to `reload` or `restart`: what is done where a file of the unit changed. Where two events ask for one unit, restart wins.",
  deletes:
    "For an event that carries out a record's deletion: the database of the record whose key is the event's first argument, without which the event is refused. Before anything else the type of the record becomes ‹TYPE›-deleted, so that no template sees it; scripts still can. The record is removed when the whole event, scripts and services included, has succeeded. Where the event fails after files were written, the record stays as it is, marked, until the same event with the same key succeeds; where it has left everything as it was, the mark is taken away. A record that is gone already is no error.",
  changes:
    "For an event that changes settings by its arguments before it makes files: what it changes, as one of the names public-mailbox-create, public-mailbox-modify, public-mailbox-delete and restore. Where the event fails and has left everything as it was, the settings are as they were too. They go back at the deadline of `--confirm`, and with `mailwright rollback`, as settings do that people have changed; where the event is cut off, they wait for `mailwright apply`. What scripts have done does not go back.",
  irreversible:
    "`true` for an event whose scripts do what nothing brings back, such as removing mail: it is refused with `--confirm`.",
};

const manifest: Section = {
  title: "EVENT.YAML",
  blocks: [
    "A YAML file; every member may be left out, and another one is an error.",
    { terms: Object.entries(members).map(([name, meaning]): Term => [`\`${name}\``, meaning]) },
    "Two events that name the same template or unit disturb nobody: what did not change is not written, and its service is left alone.",
  ],
};

const scripts: Section = {
  title: "ACTION SCRIPTS",
  blocks: [
    "A file whose name is S, two digits and more, such as `S20-name`, is run if it is executable; one that is not is left out, and that is said. All scripts of an event, and of those that it extends, run in the byte order of their names: those before S05 before files are written, those from S90 on after services were adjusted and seen to run. Where `mailwright apply` or a rollback carries out many events as one, each event's scripts run in this order, behind those of the event whose settings were changed before.",
    "A script runs in the folder /, with the event's name and the arguments of signal-event as its own. Exit status 0 is success; any other ends the event, and the last lines that it printed are repeated. What it prints is shown as progress and written to the journal. It gets these variables of the environment beside others:",
    {
      terms: [
        [
          "`MAILWRIGHT_EVENT`",
          "The name of the event that was signalled; where many are carried out as one, of that which the script belongs to. It is the first argument, too.",
        ],
        [
          "`MAILWRIGHT_ROOT`",
          "The folder that stands for /. The commands of mailwright(1) obey it; a script that does more should, too, or leave its work undone below another root.",
        ],
        [
          "`MAILWRIGHT_CHANGED`",
          "The files that this event changed, a path a line; empty before S05. Of more than fit into a variable the last line says how many are left out.",
        ],
        ["`MAILWRIGHT_SHARE`", "Where the shipped templates and events lie."],
        ["`PATH`", "The folder of mailwright, then those of the system."],
      ],
    },
    "A script may read and change the databases. Files are rendered before the first script runs, also before S00–S04, which only run before the files are written: what a script stores, whenever it runs, is seen by the next event.",
    "A script cannot signal another event, nor write a file with expand-template(1): the event at work holds the lock, and signal-event in a script fails at once with exit status 6. What two events share is named in a manifest, with `extends`.",
    "A script must bear to be run again: an event that failed is signalled once more.",
  ],
};

const overlay: Section = {
  title: "ADDITIONS OF THE SITE",
  blocks: [
    "A folder of the same name in /etc/mailwright/events adds to an event: its event.yaml adds templates, services and extended events to the shipped one, and its scripts run with the others. A script of the same name takes the place of the shipped one, and an empty one removes it. A folder with a name of its own is a new event.",
    leftovers,
  ],
};

const example: Section = {
  title: "EXAMPLES",
  blocks: [
    "An event that makes the file of another program whenever settings of the mail server are applied, in /etc/mailwright/events/nethserver-mail-server-save/event.yaml:",
    { code: ["templates: [/etc/monitor/mail.conf]", "services: { monitor: reload }"] },
    "A script beside it, S50-tell:",
    { code: ["#!/bin/sh", 'test -z "$MAILWRIGHT_CHANGED" || logger "mail: changed $MAILWRIGHT_CHANGED"'] },
  ],
};
