/** A 32-bit program of a few bytes: opens an internet socket through `int 0x80`; exits with 42 when it got one, else 7. */
export function socketBy32BitCall(): Buffer {
  const code = Buffer.from(
    // eax = socket (359), ebx = AF_INET, ecx = SOCK_STREAM, edx = 0; then exit with 42, or with 7 after an error.
    `b867010000 bb02000000 b901000000 31d2 cd80 85c0 780c b801000000 bb2a000000 cd80 b801000000 bb07000000 cd80`.replaceAll(
      " ",
      "",
    ),
    "hex",
  );
  const base = 0x08048000;
  const headers = 52 + 32;
  const file = Buffer.alloc(headers);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1], 0);
  const half = (at: number, value: number) => file.writeUInt16LE(value, at);
  const word = (at: number, value: number) => file.writeUInt32LE(value, at);
  half(16, 2); // executable
  half(18, 3); // i386
  word(20, 1);
  word(24, base + headers); // entry
  word(28, 52); // program headers
  half(40, 52);
  half(42, 32);
  half(44, 1);
  word(52, 1); // load
  word(60, base);
  word(64, base);
  word(68, headers + code.length);
  word(72, headers + code.length);
  word(76, 5); // read and execute
  word(80, 0x1000);
  return Buffer.concat([file, code]);
}
