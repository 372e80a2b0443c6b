import { MailwrightError } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { networks } from "../../mail/networks.ts";
import { quarantine } from "../../mail/quarantine.ts";
import { ask } from "../../system/http.ts";
import { readContent } from "../../system/message-files.ts";
import type { Handler } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { openSettings } from "../open-settings.ts";
import { controllerPort } from "./controller.ts";
import { type Answer, answerOf } from "./scan-answer.ts";
import { type Envelope, envelopeOf, requestHeaders } from "./scan-request.ts";
import { type Filter, outcomeOf, type Scanned, scannedView } from "./scan-view.ts";

/** Milliseconds: longer than any scanner may take for a message. */
const patience = 660_000;

/** Has Rspamd check messages, and tells what would become of each. */
export const scan: Handler = async (context, names, _options, given) => {
  const { filter, password, host } = await filterOf(context);
  const messages: Scanned[] = [];
  const notices: string[] = [];
  for (const name of names) {
    const bytes = readMessage(context, name);
    if (typeof bytes === "string") {
      notices.push(`${name}: ${bytes}`);
      continue;
    }
    const envelope = envelopeOf(given, bytes, host);
    const answer = await asked(bytes, envelope, password);
    messages.push({ file: name, envelope, ...outcomeOf(answer, envelope, filter), ...seen(answer) });
  }
  return {
    exit: notices.length === 0 ? ExitCode.done : ExitCode.failed,
    data: { messages },
    notices,
    view: (style) => messages.map((message) => scannedView(message, filter, style)).join("\n"),
  };
};

const seen = ({ score, symbols }: Answer) => ({ score, symbols });

/** A message, or why it cannot be read. */
function readMessage(context: CommandContext, name: string): Uint8Array | string {
  if (name === "-") return context.stdinBytes();
  const content = readContent(name);
  if (content.kind === "folder") return "it is a folder: name the messages in it";
  return content.kind === "file" ? content.bytes : content.reason;
}

interface Known {
  readonly filter: Filter;
  readonly password: string;
  /** This server's name. */
  readonly host: string;
}

function filterOf(context: CommandContext): Promise<Known> {
  return openSettings(context, (settings) => {
    const prop = (name: string): string => settings.prop("configuration", "rspamd", name) ?? "";
    const isScored = prop("SpamCheckStatus") === "enabled";
    const level = (name: string): number | undefined => (isScored && Number(prop(name))) || undefined;
    const filter = {
      quarantine: quarantine(settings),
      trusted: networks(settings).trusted,
      thresholds: {
        greylist: level("SpamGreyLevel"),
        flag: level("SpamTag2Level"),
        refuse: level("SpamKillLevel"),
      },
    };
    return { filter, password: prop("Password"), host: settings.hostname };
  });
}

async function asked(bytes: Uint8Array, envelope: Envelope, password: string): Promise<Answer> {
  const { status, body } = await ask({
    ...{ port: controllerPort, path: "/checkv2", bytes, timeout: patience },
    headers: requestHeaders(envelope, password),
  }).catch((error: unknown) => {
    throw unanswered(error instanceof Error ? error.message : String(error));
  });
  if (status === 200) return answerOf(body);
  if (status === 401 || status === 403)
    throw new MailwrightError("Rspamd refuses the password", {
      code: "RSPAMD",
      hint: "it is not the one of the settings: signal-event nethserver-mail-filter-save",
    });
  throw unanswered(`status ${status}: ${JSON.stringify(body.slice(0, 200))}`);
}

function unanswered(reason: string): MailwrightError {
  return new MailwrightError(`Rspamd does not answer on port ${controllerPort}`, {
    code: "RSPAMD",
    hint: `${reason}\nsee: systemctl status rspamd; config getprop rspamd status`,
  });
}
