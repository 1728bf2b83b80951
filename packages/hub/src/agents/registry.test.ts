import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentHealth, enrolText, renewText } from '@lanner/api';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store/store.ts';
import { openMemoryStore } from '../testkit/memory-store.ts';
import { AgentAuthority } from './authority.ts';
import { type Agent, AgentRegistry, stateOf } from './registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-registry-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const token = { name: 'join', secret: 's' };
// What it says of itself is checked elsewhere.
const health = { version: '1' } as AgentHealth;
let nowMs = 0;
let store: Store;

function load(): Promise<AgentRegistry> {
  return AgentRegistry.load({
    documents: store.documents,
    authority: AgentAuthority.open(join(folder, 'authority.pem'), Date.now()),
    now: () => nowMs,
    certificateMs: 1000,
  });
}

function enrol(registry: AgentRegistry, name = 'n'): ReturnType<AgentRegistry['enrol']> {
  return registry.enrol({ name, key, proof: proof(enrolText('s', name, key)) }, token);
}

function proof(text: string): string {
  return sign('sha256', Buffer.from(text), privateKey).toString('base64url');
}

function only(registry: AgentRegistry): Agent {
  const [agent] = registry.list();
  expect(agent).toBeDefined();
  return agent!;
}

beforeEach(async () => {
  nowMs = Date.parse('2026-01-02T00:00:00Z');
  store = await openMemoryStore({ now: () => nowMs });
});

describe('an agent', () => {
  test('is known after a restart', async () => {
    const { id, issued } = await enrol(await load());
    const again = await load();
    expect(only(again)).toMatchObject({ id, name: 'n', joinedBy: 'join', serials: [issued.serial] });
    expect((await again.authenticate(id, issued.serial)).id).toBe(id);
    await expect(again.authenticate(id, 'other')).rejects.toThrow('newer certificate');
    await expect(again.authenticate('nobody', issued.serial)).rejects.toThrow('was revoked');
  });

  test.each([
    ['no key', 'x', 'agent cannot be read'],
    [
      'a key of another kind',
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      'not of the curve',
    ],
    [
      'a key of somebody else',
      generateKeyPairSync('ec', { namedCurve: 'P-256' })
        .publicKey.export({ type: 'spki', format: 'pem' })
        .toString(),
      'does not have the key',
    ],
  ])('with %s is refused', async (_what, other, message) => {
    const registry = await load();
    const input = { name: 'n', key: other, proof: proof(enrolText('s', 'n', other)) };
    await expect(registry.enrol(input, token)).rejects.toThrow(message);
    expect(registry.list()).toEqual([]);
  });

  test('cannot use a proof that was made for another name or token', async () => {
    const registry = await load();
    const input = { name: 'n', key, proof: proof(enrolText('s', 'n', key)) };
    await expect(registry.enrol({ ...input, name: 'm' }, token)).rejects.toThrow('does not have the key');
    await expect(registry.enrol(input, { ...token, secret: 't' })).rejects.toThrow('does not have the key');
  });

  test('keeps its certificate until the new one is used, however often it asks', async () => {
    const registry = await load();
    const { id, issued: first } = await enrol(registry);
    const input = { key, proof: proof(renewText(id, key)) };
    const lost = await registry.renew(only(registry), input);
    const second = await registry.renew(only(registry), input);
    await registry.authenticate(id, first.serial);
    await expect(registry.authenticate(id, lost.serial)).rejects.toThrow('newer certificate');
    await registry.authenticate(id, second.serial);
    await expect(registry.authenticate(id, first.serial)).rejects.toThrow('newer certificate');
    await (await load()).authenticate(id, second.serial);
  });

  test('that was revoked stays so, whatever comes meanwhile', async () => {
    const registry = await load();
    const { id, issued } = await enrol(registry);
    const told: string[] = [];
    registry.onRevoked((agent) => told.push(agent));
    const agent = only(registry);
    await Promise.all([
      registry.revoke(id),
      registry.renew(agent, { key, proof: proof(renewText(id, key)) }).catch(() => undefined),
      registry.note(id, health),
    ]);
    for (const each of [registry, await load()]) {
      await expect(each.authenticate(id, issued.serial)).rejects.toThrow('was revoked');
      expect(stateOf(only(each), nowMs)).toBe('revoked');
    }
    expect(told).toEqual([id]);
    expect(await registry.revoke(id)).toBe(true);
    expect(await registry.revoke('nobody')).toBe(false);
  });

  test('is away when it has said nothing for a minute', async () => {
    const registry = await load();
    const { id } = await enrol(registry);
    expect(stateOf(only(registry), nowMs)).toBe('away');
    await registry.note(id, health);
    expect(stateOf(only(registry), nowMs + 59_999)).toBe('connected');
    expect(stateOf(only(registry), nowMs + 60_000)).toBe('away');
    expect(only(await load()).health).toEqual({ version: '1' });
  });
});
