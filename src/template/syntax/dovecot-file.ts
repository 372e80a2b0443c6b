import { empty, refuse } from "./unwritable-value.ts";

/**
 * A path whose content becomes the setting's value: `ssl_cert = </path`. It stands without quotes, which would
 * make the `<` an ordinary character, so it cannot hold what ends or changes an unquoted value.
 *
 * @throws UnwritableValue for anything but a plain path.
 */
export function escapeDovecotFile(value: string): string {
  refuse(value, "a file's path in dovecot.conf", [
    empty,
    [/[\s"'#$\\%]/u, "a blank or one of \" ' # $ \\ %"],
    [/\p{Cc}/u, "a control character"],
  ]);
  return `<${value}`;
}
