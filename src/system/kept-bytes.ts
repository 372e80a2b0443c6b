/** For the options of a run: keeps all that the program prints, however much, where the outcome has the end alone. */
export function keptBytes() {
  const pieces: Uint8Array[] = [];
  return {
    onBytes: (piece: Uint8Array): void => void pieces.push(piece),
    all: (): Buffer => Buffer.concat(pieces),
  };
}
