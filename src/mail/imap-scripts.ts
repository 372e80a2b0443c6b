import type { Settings } from "./settings.ts";

/** A Sieve script that Dovecot runs on what an IMAP client does; see imapsieve in Pigeonhole's documentation. */
interface ImapScript {
  /** Dovecot reads them from 1 on, and none behind a gap. */
  readonly number: number;
  /** The folder that is acted on, or `*`; of a copy the one that it goes to. */
  readonly folder: string;
  /** Of a copy, the folder that it comes from; empty: whichever it is. */
  readonly from: string;
  /** The commands: COPY, which stands for MOVE too, and FLAG. */
  readonly causes: string;
  /** The script's name, without a folder and an ending. */
  readonly script: string;
}

interface ImapScripts extends Readonly<Record<string, unknown>> {
  readonly rules: readonly ImapScript[];
  /** Whether one of them hands messages to programs. */
  readonly usesPrograms: boolean;
}

export function imapScripts(settings: Settings): ImapScripts {
  const prop = (name: string): string => settings.prop("configuration", "dovecot", name) ?? "";
  const spam = prop("SpamFolder");
  const rules: readonly Omit<ImapScript, "number">[] = [
    ...(prop("DeletedToTrash") === "enabled"
      ? [{ folder: "*", from: "", causes: "COPY FLAG", script: "deleted-to-trash" }]
      : []),
    ...(spam === ""
      ? []
      : [
          { folder: spam, from: "", causes: "COPY", script: "training" },
          { folder: "*", from: spam, causes: "COPY", script: "training" },
        ]),
  ];
  return {
    rules: rules.map((rule, index) => ({ number: index + 1, ...rule })),
    usesPrograms: spam !== "",
  };
}
