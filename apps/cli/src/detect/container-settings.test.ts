import { type FalcoConfig, loadFalcoConfig } from '@lanner/api';
import { cgroupEngines } from '@lanner/sensor';
import { expect, test } from 'vitest';
import { containerSettings } from './container-settings.ts';

function configOf(initConfig: string): FalcoConfig {
  const text = `plugins: [{name: container, init_config: ${initConfig}}]\n`;
  const files = { read: () => text, list: () => null };
  return loadFalcoConfig({ path: 'falco.yaml', options: [], files, env: {}, lenient: false }).config;
}

test('without a word all engines are recognised and asked at their usual places', () => {
  expect(containerSettings(configOf('{}'))).toEqual({
    identity: { engines: cgroupEngines },
    sockets: {},
    labelMaxLength: 100,
    withSize: false,
    tellsRemoval: false,
  });
});

test.each([
  '{label_max_len: 7, with_size: true, engines: {docker: {enabled: true, sockets: [/a.sock, "unix:///b.sock"]}, podman: {enabled: false}, bpm: {enabled: false}}}',
  `'{"label_max_len": 7, "with_size": true, "engines": {"docker": {"enabled": true, "sockets": ["/a.sock", "/b.sock"]}, "podman": {"enabled": false}, "bpm": {"enabled": false}}}'`,
])('a map and the same as JSON say which engines there are: %s', (text) => {
  expect(containerSettings(configOf(text))).toEqual({
    identity: { engines: ['docker', 'cri', 'containerd', 'lxc', 'libvirt_lxc'] },
    sockets: { docker: ['/a.sock', '/b.sock'], podman: [] },
    labelMaxLength: 7,
    withSize: true,
    tellsRemoval: false,
  });
});

test('a static container takes the place of all engines', () => {
  const { identity, sockets } = containerSettings(
    configOf(
      '{engines: {static: {enabled: true, container_id: id1, container_name: web, container_image: "r:5000/a/b:2"}}}',
    ),
  );
  expect(identity).toEqual({
    staticContainer: {
      id: 'id1',
      name: 'web',
      image: 'r:5000/a/b:2',
      imageRepository: 'r:5000/a/b',
      imageTag: '2',
      imageDigest: '',
    },
  });
  expect(sockets).toEqual({ docker: [], podman: [], cri: [], containerd: [] });
});

test('the removal of containers is told of when it is a hook', () => {
  const tellsRemoval = (text: string): boolean => containerSettings(configOf(text)).tellsRemoval;
  expect(tellsRemoval('{hooks: [create, start]}')).toBe(false);
  expect(tellsRemoval('{hooks: [create, remove]}')).toBe(true);
});

test.each([
  ['{hooks: remove}', 'hooks is no list', undefined],
  ['{hooks: [removed]}', "hooks has 'removed', and there are create, start, remove", undefined],
  ['{engines: {dokcer: {}}}', "has no 'dokcer'", 'Did you mean docker?'],
  ['{label_max_length: 3}', "has no 'label_max_length'", 'Did you mean label_max_len?'],
  ['{label_max_len: x}', 'label_max_len is no length', undefined],
  ['{with_size: perhaps}', 'with_size is neither true nor false', undefined],
  ['{engines: {docker: {sockets: /a}}}', 'docker.sockets is no list of paths', undefined],
  ['[1]', 'is no map', undefined],
  ["'{nonsense'", 'is neither a map nor JSON', undefined],
])('%s is refused', (text, message, hint) => {
  expect(() => containerSettings(configOf(text))).toThrow(
    expect.objectContaining({
      code: 'config.invalid',
      message: expect.stringContaining(message) as string,
      hint,
    }) as Error,
  );
});
