const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
const length = 16;
const classes = [/[a-z]/, /[A-Z]/, /[0-9]/, /_/];

// A draw succeeds about once in five; so many failures mean that the source of bytes is broken.
const draws = 10_000;

/** Some characters, each equally likely; now and then fewer than asked for. */
function draw(random: (count: number) => Uint8Array): string {
  // Six bits give 64 numbers for 63 characters: the last number gives none, so that no character is favoured.
  return Array.from(random(2 * length), (byte) => alphabet.charAt(byte & 63))
    .join("")
    .slice(0, length);
}

/**
 * A new secret: 16 characters of `[A-Za-z0-9_]` with at least one lower-case and one upper-case letter, one
 * digit and one underscore, each such text equally likely. `random` gives that many random bytes.
 */
export function generateSecret(random: (count: number) => Uint8Array): string {
  for (let attempt = 0; attempt < draws; attempt++) {
    const secret = draw(random);
    if (secret.length === length && classes.every((pattern) => pattern.test(secret))) return secret;
  }
  throw new Error("the source of random bytes is not random");
}
