import { MailwrightError, refused } from "../../errors.ts";
import type { Settings } from "../../mail/settings.ts";
import { realSystem } from "../../system/real-system.ts";
import type { OptionValues } from "../command.ts";
import type { CommandContext } from "../context.ts";

/**
 * crypt(3) with SHA-512: unlike bcrypt it takes the whole of a long password. `*0` is its word for one that it does not take.
 */
const scheme = "SHA512-CRYPT";

/** What crypt(3) takes, in bytes: CRYPT_MAX_PASSPHRASE_SIZE less the NUL at its end. */
const longest = 511;

/** Refuses what is about passwords that are not kept here. */
export function refuseSystemPasswords(settings: Settings): void {
  if (!hasSystemPasswords(settings)) return;
  throw refused(
    "passwords are the system's here, not mailwright's",
    "PROVIDER",
    "change it with passwd(1), or where the system gets its users from. Nothing was stored.",
  );
}

/** Whether users and their passwords are those of the system (NSS and PAM). */
export function hasSystemPasswords(settings: Settings): boolean {
  return settings.prop("configuration", "sssd", "Provider") === "system";
}

/** The password on standard input; one line break at its end is no part of it. */
export function passwordFromStdin(context: CommandContext): string {
  return checked(context.stdin().replace(/\r?\n$/, ""));
}

/** Asks for a password, `twice` where it cannot be tried out. `undefined` where there is nobody to ask. */
export async function askedPassword(
  { asker }: CommandContext,
  whose: string,
  twice: boolean,
): Promise<string | undefined> {
  if (asker === undefined) return undefined;
  const password = checked(await asker.secret(`Password of ${whose}: `));
  if (twice && (await asker.secret("The same again: ")) !== password)
    throw refused("the two passwords differ", "PASSWORD_REFUSED", "Nothing was stored.");
  return password;
}

/** From standard input with `--password-stdin`, else asked for. */
export function givenPassword(
  context: CommandContext,
  options: OptionValues,
  whose: string,
  twice: boolean,
): Promise<string | undefined> {
  if (options["password-stdin"] === true) return Promise.resolve(passwordFromStdin(context));
  return askedPassword(context, whose, twice);
}

function checked(password: string): string {
  const reason =
    password === ""
      ? "it is empty"
      : /[\0\r\n]/.test(password)
        ? "it holds a line break or a NUL character"
        : Buffer.byteLength(password) > longest
          ? `it has more than ${longest} bytes`
          : undefined;
  if (reason === undefined) return password;
  throw refused(
    `the password is refused: ${reason}`,
    "PASSWORD_REFUSED",
    `accepted: any characters on one line, up to ${longest} bytes. Nothing was stored.`,
  );
}

/** The hash as PasswordHash holds it. The password is handed over on standard input, where ps(1) does not show it. */
export async function hashed({ paths }: CommandContext, password: string): Promise<string> {
  const { processes } = realSystem(paths.root, "none");
  const { exit, stdout, stderr } = await processes.inspect(["doveadm", "pw", "-s", scheme], {
    input: `${password}\n${password}\n`,
    timeout: 60_000,
  });
  const hash = stdout.trim();
  if (exit === 0 && hash.startsWith(`{${scheme}}$6$`)) return hash;
  const isMissing = exit === 127;
  throw new MailwrightError(
    isMissing ? "doveadm, which hashes passwords, is not installed" : "doveadm pw has made no hash",
    {
      code: "NO_HASH",
      hint: isMissing ? "apt install dovecot-core. Nothing was stored." : `${stderr}\nNothing was stored.`,
    },
  );
}
