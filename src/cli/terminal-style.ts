import type { OptionValues } from "../commands/command.ts";
import { colourStyle, plainStyle, type Style } from "../format/style.ts";
import type { OutputStream } from "./terminal.ts";

/** As the stream is, and as the options of every command say. */
export function styleFor(stream: OutputStream, options: OptionValues): Style | Promise<Style> {
  const { columns, isTerminal, wantsColour } = stream;
  const isUtc = options["utc"] === true;
  return wantsColour && options["no-color"] !== true
    ? colourStyle(columns, isTerminal, isUtc)
    : plainStyle(columns, isTerminal, isUtc);
}
