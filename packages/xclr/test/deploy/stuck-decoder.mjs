// A decoding process for tests that hangs in what no signal but SIGKILL ends, crashes, or takes memory, as the image says.
const held = [];
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
let started = false;
process.on('message', (message) => {
  if (!started) {
    started = true;
    process.send('ready');
    return;
  }
  const how = String.fromCharCode(message.bytes[message.bytes.length - 1]);
  if (how === 'h') for (;;);
  if (how === 'c') process.kill(process.pid, 'SIGSEGV');
  if (how === 'm') {
    for (let i = 0; i < 40; i++) held.push(Buffer.alloc(10 * 2 ** 20, 1));
    return;
  }
  process.send({ kind: 'prepared', image: { pixels: Uint8Array.of(held.length), aspect: 1 } });
});
