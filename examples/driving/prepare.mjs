// Makes a table of GTSRB's traffic signs: repairs damaged files, names the classes, and splits by track, as the frames of a track show one sign.
//   node examples/driving/prepare.mjs GTSRB/ driving/
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Classes in the benchmark's order. */
const classes = [
  'speed limit 20 km/h',
  'speed limit 30 km/h',
  'speed limit 50 km/h',
  'speed limit 60 km/h',
  'speed limit 70 km/h',
  'speed limit 80 km/h',
  'end of speed limit 80 km/h',
  'speed limit 100 km/h',
  'speed limit 120 km/h',
  'no passing',
  'no passing for vehicles over 3.5 tons',
  'right of way at the next intersection',
  'priority road',
  'yield',
  'stop',
  'no vehicles',
  'vehicles over 3.5 tons prohibited',
  'no entry',
  'general caution',
  'dangerous curve to the left',
  'dangerous curve to the right',
  'double curve',
  'bumpy road',
  'slippery road',
  'road narrows on the right',
  'road work',
  'traffic signals',
  'pedestrians',
  'children crossing',
  'bicycles crossing',
  'beware of ice and snow',
  'wild animals crossing',
  'end of all speed and passing limits',
  'turn right ahead',
  'turn left ahead',
  'ahead only',
  'go straight or right',
  'go straight or left',
  'keep right',
  'keep left',
  'roundabout mandatory',
  'end of no passing',
  'end of no passing by vehicles over 3.5 tons',
];

/** Never trained on: one of each of several parts of the tree, each with a close relative that is trained on. */
const unknown = new Set([
  'speed limit 80 km/h',
  'no passing for vehicles over 3.5 tons',
  'end of no passing',
  'dangerous curve to the right',
  'wild animals crossing',
  'turn left ahead',
]);

/** Fractions of each class's tracks; the rest trains. */
const held = { test: 0.3, validation: 0.15 };

const [from, into] = process.argv.slice(2);
if (from === undefined || into === undefined) {
  console.error('prepare: give the folder of GTSRB and the folder to write into');
  process.exit(2);
}

/** GTSRB's own folders are 00000 … 00042; copies of it have 0 … 42. */
const folders = readdirSync(from, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && /^\d+$/.test(entry.name) && Number(entry.name) < classes.length)
  .map(({ name }) => name)
  .sort((a, b) => Number(a) - Number(b));
if (folders.length === 0) {
  console.error(
    `prepare: ${from} has no folders 00000 … 00042. Give the folder that holds them, such as GTSRB/Final_Training/Images.`,
  );
  process.exit(1);
}

mkdirSync(into, { recursive: true });
const rows = ['image,label,track,split,known'];
let repaired = 0;
const empty = [];
for (const folder of folders) {
  const label = classes[Number(folder)];
  const files = readdirSync(join(from, folder)).filter((name) => /^\d+_\d+\.(ppm|png)$/i.test(name));
  const splitOf = splitsOf(folder, [...new Set(files.map(trackOf))]);
  mkdirSync(join(into, 'images', folder), { recursive: true });
  for (const name of files.sort()) {
    const bytes = readFileSync(join(from, folder, name));
    if (bytes.length === 0) {
      empty.push(join(folder, name));
      continue;
    }
    const whole = repair(bytes);
    if (whole !== bytes) repaired++;
    const place = join('images', folder, name);
    writeFileSync(join(into, place), whole);
    const known = unknown.has(label) ? 'no' : 'yes';
    const split = unknown.has(label) ? 'test' : splitOf.get(trackOf(name));
    rows.push(`${place},${label},${folder}-${trackOf(name)},${split},${known}`);
  }
}
writeFileSync(join(into, 'signs.csv'), `${rows.join('\n')}\n`);
console.log(
  `${rows.length - 1} images of ${folders.length} classes; ${repaired} repaired, ${empty.length} empty and left out${empty.length > 0 ? ` (${empty.join(', ')})` : ''}; ${unknown.size} classes are never trained on`,
);
console.log(`Table: ${join(into, 'signs.csv')}`);

/** Name of the track: 00003 of 00003_00015.ppm. */
function trackOf(name) {
  return name.split('_')[0];
}

/** A hash of class and track orders the tracks; every class has one in each part, from three tracks on. */
function splitsOf(folder, tracks) {
  const hash = (track) =>
    createHash('sha256')
      .update(`${Number(folder)}/${track}`)
      .digest('hex');
  const order = tracks.map((track) => ({ track, at: hash(track) })).sort((a, b) => (a.at < b.at ? -1 : 1));
  const tests = Math.max(1, Math.round(held.test * order.length));
  const validations = Math.max(1, Math.round(held.validation * order.length));
  return new Map(
    order.map(({ track }, place) => [
      track,
      place < tests ? 'test' : place < tests + validations ? 'validation' : 'train',
    ]),
  );
}

/** A PPM that went through line-end conversion begins "P6\r\n", and each of its bytes 10 became 13, 10. */
function repair(bytes) {
  if (bytes.subarray(0, 4).toString('latin1') !== 'P6\r\n') return bytes;
  const whole = Buffer.alloc(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++)
    if (bytes[i] !== 13 || bytes[i + 1] !== 10) whole[length++] = bytes[i];
  return whole.subarray(0, length);
}
