// Who may ask: tokens, names of the server, pages of other sites, and what is told to whom.
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tokenOf } from '../../src/cli/serve.js';
import { put } from '../data/make.js';
import { colorEncoder, temporaryFolder } from './make.js';
import { colors, imageOf, start } from './serving.js';

/** fetch does not let the Host be set. */
function ask(url: string, path: string, headers: Record<string, string>): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve([answer.statusCode!, text]));
    });
    asked.once('error', reject).end();
  });
}

describe('the token of the command line', () => {
  const flags = { token: true, host: '127.0.0.1' };
  const file = (text: string) => put(join(temporaryFolder(), 'token'), text);

  it('comes from a file or the environment, without the line break', () => {
    expect(tokenOf({ ...flags, tokenFile: file('secret\n') }, {})).toBe('secret');
    expect(tokenOf(flags, { XCLR_TOKEN: 'other' })).toBe('other');
    expect(tokenOf(flags, {})).toBeUndefined();
  });

  it.each(['', '\n', ' \t\n'])('an empty or blank one is an error: %j', (text) => {
    expect(() => tokenOf({ ...flags, tokenFile: file(text) }, {})).toThrow(/is empty/);
    expect(() => tokenOf(flags, { XCLR_TOKEN: text })).toThrow(/XCLR_TOKEN is empty/);
  });

  it('one that no header can carry is an error', () => {
    expect(() => tokenOf({ ...flags, tokenFile: file('two words') }, {})).toThrow(/one line/);
    expect(() => tokenOf({ ...flags, tokenFile: file('a\nb') }, {})).toThrow(/one line/);
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'shop.example'])('--host %s needs one, or --no-token', (host) => {
    expect(() => tokenOf({ ...flags, host }, {})).toThrow(/other machines/);
    expect(tokenOf({ token: false, host }, {})).toBeUndefined();
    expect(tokenOf({ ...flags, host, tokenFile: file('secret') }, {})).toBe('secret');
  });

  it.each(['localhost', '127.0.0.1', '127.1.2.3', '::1'])('--host %s needs none', (host) => {
    expect(tokenOf({ ...flags, host }, {})).toBeUndefined();
  });

  it('--no-token beside a file is an error', () => {
    expect(() => tokenOf({ token: false, host: 'localhost', tokenFile: file('x') }, {})).toThrow(/exclude/);
  });
});

describe('requests', () => {
  it('the scheme may be written in any case', async () => {
    const { url } = await start({ token: 'secret' });
    for (const scheme of ['Bearer', 'bearer', 'BEARER'])
      expect((await ask(url, '/metrics', { authorization: `${scheme} secret` }))[0]).toBe(200);
    expect((await ask(url, '/metrics', { authorization: 'Basic secret' }))[0]).toBe(401);
    expect((await ask(url, '/metrics', { authorization: 'Bearer secret2' }))[0]).toBe(401);
  });

  it('names that are not the server’s are refused (DNS rebinding), addresses and its own are not', async () => {
    const { url } = await start({ allowHosts: ['Shop.example'] });
    const { port } = new URL(url);
    const status = async (host: string) => (await ask(url, '/health', { host }))[0];
    for (const host of [
      `localhost:${port}`,
      `127.0.0.1:${port}`,
      '[::1]:80',
      'shop.example',
      'SHOP.example:443',
    ])
      expect([host, await status(host)]).toEqual([host, 200]);
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      'localhost.evil.example',
      '127.0.0.1.evil.example',
    ])
      expect([host, await status(host)]).toEqual([host, 421]);
    expect((await ask(url, '/health', { host: 'proxy.example' }))[1]).toMatch(/--allow-host proxy\.example/);
  });

  it('pages of other origins are refused, unless they are listed', async () => {
    const { url } = await start({ cors: ['https://shop.example'] });
    const { host } = new URL(url);
    const status = async (origin: string) => (await ask(url, '/health', { origin, host }))[0];
    expect(await status(`http://${host}`)).toBe(200);
    expect(await status('https://shop.example')).toBe(200);
    for (const origin of ['https://evil.example', 'null', 'http://localhost:1'])
      expect([origin, await status(origin)]).toEqual([origin, 403]);
  });

  it('paths are told only to those who carry the token', async () => {
    const name = '/srv/models/shop/encoder';
    const { url, client } = await start({ encoder: { ...colorEncoder(), name }, token: 'secret' });
    const open = await ask(url, '/health', {});
    expect(open[1]).toContain('"name":"encoder"');
    expect(open[1]).toContain('"name":"index"');
    expect(open[1]).not.toMatch(/srv|tmp/);
    expect((await ask(url, '/', {}))[1]).not.toMatch(/\/srv|\/tmp/);
    expect(await client.health()).toMatchObject({ encoder: { name } });
  });

  it('a server without a token tells no paths, in errors neither', async () => {
    const name = '/srv/models/shop/encoder';
    const { client } = await start({ encoder: { ...colorEncoder(), name } });
    expect((await client.embed(await imageOf(colors.red))).encoder.name).toBe('encoder');
    await expect(client.searchText('red')).rejects.toThrow(/the index index was built without/);
  });

  it('every answer carries the headers that keep browsers careful', async () => {
    const { url } = await start({ token: 'secret' });
    for (const path of ['/', '/health', '/nothing', '/embed', '/page/serve-page.js']) {
      const { headers } = await fetch(`${url}${path}`);
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
  });

  it.each(['.', '..', 'a/../b', '%2e%2e', 'a?b#c', 'ä 猫'])('the id %j is reached', async (id) => {
    const { client } = await start();
    await client.put(id, await imageOf(colors.red), { captions: ['odd'] });
    expect(await client.item(id)).toEqual({ id, captions: ['odd'], columns: {} });
    expect(await client.remove(id)).toEqual({ id, items: 4 });
  });
});
