import { expect, test } from 'vitest';
import { sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './influxdb.ts';

test('version 1: a point has the text fields as tags', async () => {
  const events = [
    sampleEvent(),
    sampleEvent({ output: 'with "quotes" and \\\nlines', tags: [], hostname: '' }),
  ];
  const [posted] = await postedBy(
    destination,
    { hostport: 'http://i:8086', user: 'u', password: 'p w' },
    events,
  );
  expect(posted?.url).toBe('http://i:8086/write?db=falco&u=u&p=p+w&precision=ns');
  expect(posted?.body.split('\n')).toEqual([
    'events,rule=Terminal_shell_in_container,priority=Warning,source=syscalls,container.id=3f1c0a9b2d4e,' +
      'k8s.ns.name=shop,k8s.pod.name=web-7d4b9c,' +
      'proc.cmdline=bash_-c_"echo_hello_from_a_shell_with_quite_a_long_command_line",user.name=root,' +
      'hostname=node-1,tags=container_shell ' +
      'value="09:46:16.105: Warning A shell was started in a container (user=root)" 1795513576105082194',
    'events,rule=Terminal_shell_in_container,priority=Warning,source=syscalls,container.id=3f1c0a9b2d4e,' +
      'k8s.ns.name=shop,k8s.pod.name=web-7d4b9c,' +
      'proc.cmdline=bash_-c_"echo_hello_from_a_shell_with_quite_a_long_command_line",user.name=root ' +
      'value="with \\"quotes\\" and \\\\ lines" 1795513576105082194',
  ]);
});

test('version 2 where there is an organization', async () => {
  const [posted] = await postedBy(
    destination,
    { hostport: 'http://i', organization: 'my org', token: 't', precision: 's' },
    [sampleEvent()],
  );
  expect(posted?.url).toBe('http://i/api/v2/write?org=my+org&bucket=falco&precision=s');
  expect(posted?.headers).toMatchObject({ authorization: 'Token t', accept: 'application/json' });
  expect(posted?.body).toMatch(/ 1795513576$/);
});

test.each([
  ['a,b=c d', 'a\\,b\\=c_d'],
  ['ends in \\', 'ends_in__'],
  ['a\\,b', 'a_\\,b'],
  ['tab\tand\nline', 'tab_and_line'],
])('a tag %j cannot become another', async (value, tag) => {
  const [posted] = await postedBy(destination, { hostport: 'http://i' }, [
    sampleEvent({ output_fields: { x: value, rule: 'other', time: 'now', empty: '' } }),
  ]);
  expect(posted?.body).toContain(`,time_=now,x=${tag},hostname=`);
  expect(posted?.body.match(/rule=/g)).toHaveLength(1);
  expect(posted?.body).not.toContain('empty');
});
