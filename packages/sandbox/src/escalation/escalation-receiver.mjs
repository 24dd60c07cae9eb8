// Receives what intercepted programs ask, together with the descriptors they send: Node's own sockets would lose those.
// Runs as a worker thread of the library (a thread of its own, because it waits inside the C library), never imported.
// Plain JavaScript, so that it runs on every supported Node from the sources as well as from a bundle.
//
// It only reads. Whoever started it answers on the same descriptors, and closes them once it has heard of their end.

import { parentPort, workerData } from "node:worker_threads";
import { readSync } from "node:fs";
import koffi from "koffi";

const POLLIN = 1;
const POLLFD_BYTES = 8;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_DONTWAIT = 0x40;
const MSG_CMSG_CLOEXEC = 0x40000000;
const EAGAIN = 11;
const EINTR = 4;
/** Largest datagram, and the piece of a stream that is read at once. */
const PIECE_BYTES = 8192;
/** A `cmsghdr`, and room for 16 descriptors. */
const CONTROL_HEADER_BYTES = 16;
const CONTROL_BYTES = CONTROL_HEADER_BYTES + 16 * 4;
/** A message is a command line and an environment: the kernel allows programs no more than this. */
const MAX_FRAME_BYTES = 8 * 1024 * 1024;

const library = koffi.load(null);
koffi.struct("escalation_iovec", { base: "void *", length: "size_t" });
koffi.struct("escalation_msghdr", {
  name: "void *",
  nameLength: "uint32_t",
  parts: "escalation_iovec *",
  partCount: "size_t",
  control: "void *",
  controlLength: "size_t",
  flags: "int",
});
const recvmsg = library.func("long recvmsg(int fd, escalation_msghdr *message, int flags)");
const poll = library.func("int poll(void *fds, unsigned long count, int timeout)");
const close = library.func("int close(int fd)");

/** @typedef {{ bytes: Buffer, fds: number[] }} Received */
/** @typedef {{ pending: Buffer, fds: number[] }} Stream */

/**
 * What can be read now; null when there is nothing, or it was interrupted.
 * @param {number} fd @returns {Received | null}
 */
function receive(fd) {
  const data = Buffer.alloc(PIECE_BYTES);
  const control = Buffer.alloc(CONTROL_BYTES);
  const message = {
    name: null,
    nameLength: 0,
    parts: [{ base: data, length: data.length }],
    partCount: 1,
    control,
    controlLength: control.length,
    flags: 0,
  };
  const count = Number(recvmsg(fd, message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC));
  if (count < 0) {
    const code = koffi.errno();
    return code === EAGAIN || code === EINTR ? null : { bytes: Buffer.alloc(0), fds: [] };
  }
  const length = Number(control.readBigUInt64LE(0));
  const isRights = control.readInt32LE(8) === SOL_SOCKET && control.readInt32LE(12) === SCM_RIGHTS;
  const fds = [];
  for (let at = CONTROL_HEADER_BYTES; isRights && at + 4 <= length; at += 4) fds.push(control.readInt32LE(at));
  return { bytes: data.subarray(0, count), fds };
}

/** @type {{ socket: number, wake: number }} */
const { socket, wake } = workerData;
/** @type {Map<number, Stream>} */
const streams = new Map();

/** A program that wants to be heard sends one byte and one end of a stream; whatever else comes is ignored. */
function acceptStream() {
  const received = receive(socket);
  if (received === null) return;
  const [fd] = received.fds;
  if (received.fds.length !== 1 || fd === undefined) {
    for (const other of received.fds) close(other);
    return;
  }
  streams.set(fd, { pending: Buffer.alloc(0), fds: [] });
  parentPort?.postMessage({ type: "open", stream: fd });
}

/** @param {number} fd @param {Stream} stream */
function readStream(fd, stream) {
  const received = receive(fd);
  if (received === null) return;
  stream.fds.push(...received.fds);
  if (received.bytes.length === 0) return endStream(fd, stream);
  stream.pending = Buffer.concat([stream.pending, received.bytes]);
  while (stream.pending.length >= 4) {
    const length = stream.pending.readUInt32LE(0);
    if (length > MAX_FRAME_BYTES) return endStream(fd, stream);
    if (stream.pending.length < 4 + length) return;
    const text = stream.pending.toString("utf8", 4, 4 + length);
    stream.pending = stream.pending.subarray(4 + length);
    parentPort?.postMessage({ type: "frame", stream: fd, text, fds: stream.fds });
    stream.fds = [];
  }
}

/** @param {number} fd @param {Stream} stream */
function endStream(fd, stream) {
  for (const other of stream.fds) close(other);
  streams.delete(fd);
  parentPort?.postMessage({ type: "closed", stream: fd });
}

for (;;) {
  const watched = [wake, socket, ...streams.keys()];
  const entries = Buffer.alloc(watched.length * POLLFD_BYTES);
  watched.forEach((fd, index) => {
    entries.writeInt32LE(fd, index * POLLFD_BYTES);
    entries.writeInt16LE(POLLIN, index * POLLFD_BYTES + 4);
  });
  if (poll(entries, watched.length, -1) < 0) continue;
  const ready = watched.filter((_, index) => entries.readInt16LE(index * POLLFD_BYTES + 6) !== 0);
  if (ready.includes(wake)) break;
  for (const fd of ready) {
    const stream = streams.get(fd);
    if (fd === socket) acceptStream();
    else if (stream !== undefined) readStream(fd, stream);
  }
}
// Whoever wrote to it does not read it.
readSync(wake, Buffer.alloc(1));
for (const { fds } of streams.values()) for (const fd of fds) close(fd);
