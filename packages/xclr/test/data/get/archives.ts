// Small archives made by hand: zips, so that they can be wrong in known ways, and tars.
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

export interface ZipMember {
  readonly name: string;
  readonly body: Buffer;
  readonly method?: number;
  /** Bits of the general-purpose flag; 1 is encrypted. */
  readonly flag?: number;
  /** What the directory says, where it lies. */
  readonly says?: { readonly crc?: number; readonly bytes?: number };
  /** Unix mode, as zip programs write it for links. */
  readonly mode?: number;
  /** Writes sizes and place as 64-bit values in the extra field. */
  readonly wide?: boolean;
}

function local(name: Buffer, { method = 8 }: ZipMember): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(method, 8);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function central(name: Buffer, member: ZipMember, packed: Buffer, at: number): Buffer {
  const { method = 8, flag = 0, says = {}, mode = 0, wide = false, body } = member;
  const extra = wide ? Buffer.alloc(28) : Buffer.alloc(0);
  const bytes = says.bytes ?? body.length;
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(3 << 8, 4); // made on Unix
  entry.writeUInt16LE(flag, 8);
  entry.writeUInt16LE(method, 10);
  entry.writeUInt32LE(says.crc ?? crc32(body), 16);
  entry.writeUInt32LE(wide ? 0xffffffff : packed.length, 20);
  entry.writeUInt32LE(wide ? 0xffffffff : bytes, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(extra.length, 30);
  entry.writeUInt32LE((mode << 16) >>> 0, 38);
  entry.writeUInt32LE(wide ? 0xffffffff : at, 42);
  if (wide) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    extra.writeBigUInt64LE(BigInt(bytes), 4);
    extra.writeBigUInt64LE(BigInt(packed.length), 12);
    extra.writeBigUInt64LE(BigInt(at), 20);
  }
  return Buffer.concat([entry, name, extra]);
}

/** A zip file; with `wide`, its end is a 64-bit record and its locator. */
export function zip(members: readonly ZipMember[], { wide = false } = {}): Buffer {
  const parts: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const member of members) {
    const name = Buffer.from(member.name, 'utf8');
    const packed = (member.method ?? 8) === 8 ? deflateRawSync(member.body) : member.body;
    entries.push(central(name, member, packed, at));
    const bytes = Buffer.concat([local(name, member), packed]);
    parts.push(bytes);
    at += bytes.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(wide ? 0xffff : members.length, 10);
  end.writeUInt32LE(wide ? 0xffffffff : directory.length, 12);
  end.writeUInt32LE(wide ? 0xffffffff : at, 16);
  if (!wide) return Buffer.concat([...parts, directory, end]);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(BigInt(members.length), 32);
  record.writeBigUInt64LE(BigInt(directory.length), 40);
  record.writeBigUInt64LE(BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(at + directory.length), 8);
  return Buffer.concat([...parts, directory, record, locator, end]);
}

/** A gzipped tar. */
export async function tgz(
  members: readonly (Partial<Header> & { readonly name: string; readonly body?: Buffer })[],
): Promise<Buffer> {
  const archive = pack();
  for (const { body, ...header } of members) archive.entry(header, body ?? Buffer.alloc(0));
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}
