import { colourStyle, plainStyle, type Style } from "../format/style.ts";
import type { OutputStream } from "./terminal.ts";

export function styleFor(stream: OutputStream, noColour: boolean): Style | Promise<Style> {
  return stream.wantsColour && !noColour ? colourStyle(stream.columns) : plainStyle(stream.columns);
}
