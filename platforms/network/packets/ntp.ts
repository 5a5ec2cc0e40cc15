/**
 * The answers of an NTP server (RFC 5905), of the first stratum, for its clock is the host's.
 */

const packetBytes = 48;
/** Seconds from 1900, NTP's epoch, to 1970. */
const epochOffset = 2_208_988_800;
const clientMode = 3;

/** Undefined unless the packet is a client's question. `nowMs` is since 1970. */
export function answerNtp(question: Buffer, nowMs: number): Buffer | undefined {
  if (question.length < packetBytes) return undefined;
  const head = question[0] as number;
  if ((head & 7) !== clientMode) return undefined;
  const answer = Buffer.alloc(packetBytes);
  // No warning, the client's version, mode server.
  answer[0] = (head & 0x38) | 4;
  answer[1] = 1;
  answer[2] = question[2] as number;
  // A precision of 2^-10 s.
  answer.writeInt8(-10, 3);
  answer.write('LOCL', 12, 'latin1');
  writeTimestamp(answer, nowMs, 16);
  // The client knows its answer by its own transmit time.
  question.copy(answer, 24, 40, 48);
  writeTimestamp(answer, nowMs, 32);
  writeTimestamp(answer, nowMs, 40);
  return answer;
}

function writeTimestamp(bytes: Buffer, nowMs: number, offset: number): void {
  const seconds = Math.floor(nowMs / 1000);
  bytes.writeUInt32BE((seconds + epochOffset) % 2 ** 32, offset);
  bytes.writeUInt32BE(Math.floor(((nowMs / 1000) % 1) * 2 ** 32), offset + 4);
}
