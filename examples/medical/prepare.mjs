// Makes a table of an MRI set in folders Training/<class>/ and Testing/<class>/: classes, splits, and what the file says of its source.
//   node examples/medical/prepare.mjs brain-mri/ medical/
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import sharp from 'sharp';

/** Folder of a class → what it is called. */
const classes = {
  glioma_tumor: 'glioma',
  meningioma_tumor: 'meningioma',
  pituitary_tumor: 'pituitary tumor',
  no_tumor: 'no tumor',
  glioma: 'glioma',
  meningioma: 'meningioma',
  pituitary: 'pituitary tumor',
  notumor: 'no tumor',
};
const splits = { Training: 'train', Testing: 'test' };

const [from, into] = process.argv.slice(2);
if (from === undefined || into === undefined) {
  console.error('prepare: give the folder of the images and the folder to write into');
  process.exit(2);
}
/** Paths in the table are relative to its folder, so that both may be moved together. */
const imagesFrom = relative(into, from).replaceAll('\\', '/');
const rows = ['id,image,label,split,source'];
const counts = { train: 0, test: 0 };
for (const [folder, split] of Object.entries(splits)) {
  for (const name of readdirSync(join(from, folder)).sort()) {
    const label = classes[name];
    if (label === undefined) {
      console.error(`prepare: ${join(folder, name)} is not a class that is known here; it is left out`);
      continue;
    }
    for (const file of readdirSync(join(from, folder, name)).sort()) {
      // Part of a set is held out by its ids: they must not depend on where the images lie.
      const id = `${folder}/${name}/${file}`;
      const { width, height } = await sharp(join(from, id)).metadata();
      // Nobody wrote down where an image comes from. The size of its file is what is left of that.
      const source = width === 512 && height === 512 ? '512x512 pixels' : 'another size';
      rows.push(`"${id}","${imagesFrom}/${id}",${label},${split},${source}`);
      counts[split]++;
    }
  }
}
mkdirSync(into, { recursive: true });
writeFileSync(join(into, 'scans.csv'), `${rows.join('\n')}\n`);
console.log(`${counts.train} images to train on, ${counts.test} to test on. There are no patient ids.`);
console.log(`Table: ${join(into, 'scans.csv')}`);
