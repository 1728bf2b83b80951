import type { JSX } from 'preact';
import { call, session } from '../api/client.ts';
import { Chip, Panel, Shown, Title } from '../components/basic.tsx';
import { Download } from '../components/download.tsx';
import { Form } from '../components/form.tsx';
import { Table } from '../components/table.tsx';
import { exactMoment } from '../lib/format.ts';
import { iso } from '../lib/finding-table.ts';
import { useLoaded } from '../lib/load.ts';
import { zone } from '../lib/settings.ts';
import { attempt } from '../lib/toast.ts';
import { Tokens } from './tokens.tsx';

const roles = { view: 'looks', triage: 'acts on alerts and findings', admin: 'changes everything' } as const;
type Role = keyof typeof roles;

/** Who may sign in, and what they may do. */
export function People(): JSX.Element {
  const loaded = useLoaded('people', (signal) => call('listUsers', { signal }));
  const act = (work: () => Promise<string>): void => {
    void attempt(work).then(loaded.reload);
  };
  return (
    <>
      <Title title="People" />
      <div class="stack">
        <Panel
          title="Who may sign in"
          tools={
            loaded.value !== null && (
              <Download
                name="people"
                table={() => ({
                  columns: ['name', 'role', 'since'],
                  rows: (loaded.value?.users ?? []).map(({ name, role, createdMs }) => [
                    name,
                    role,
                    iso(createdMs),
                  ]),
                })}
              />
            )
          }
        >
          <Shown of={loaded}>
            {({ users }) => (
              <Table heads={['Name', 'Signs in', 'Role', 'Since', { title: 'Act', as: 'hidden' }]}>
                {users.map(({ name, role, createdMs, provider, isRoleOfProvider }) => (
                  <tr key={name}>
                    <td>{name}</td>
                    <td>
                      {provider === null ? (
                        'with a password'
                      ) : (
                        <Chip title={provider}>{new URL(provider).host}</Chip>
                      )}
                    </td>
                    <td>
                      <select
                        aria-label={`Role of ${name}`}
                        value={role}
                        disabled={isRoleOfProvider}
                        title={isRoleOfProvider ? 'The provider says their role.' : undefined}
                        onChange={({ currentTarget: { value } }) =>
                          act(async () => {
                            await call('changeUser', { params: { name }, body: { role: value as Role } });
                            return `${name} has another role`;
                          })
                        }
                      >
                        {Object.keys(roles).map((each) => (
                          <option key={each} value={each}>
                            {each}
                          </option>
                        ))}
                      </select>
                    </td>
                    <td>{exactMoment(createdMs, zone.value).slice(0, 10)}</td>
                    <td>
                      {name !== session.value?.you?.name && (
                        <button
                          class="plain"
                          onClick={() =>
                            act(async () => {
                              await call('removeUser', { params: { name } });
                              return `${name} is removed`;
                            })
                          }
                        >
                          Remove
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </Table>
            )}
          </Shown>
        </Panel>
        <Panel title="Add somebody">
          <Form
            onSend={(typed, form) => {
              const name = typed('name');
              act(async () => {
                await call('createUser', {
                  body: {
                    name,
                    role: typed('role') as Role,
                    password: typed('password'),
                  },
                });
                form.reset();
                return `${name} may sign in`;
              });
            }}
          >
            <label>
              Name
              <input name="name" autocomplete="off" required maxLength={64} />
            </label>
            <label>
              Role
              <select name="role">
                {Object.entries(roles).map(([role, text]) => (
                  <option key={role} value={role}>
                    {role}: {text}
                  </option>
                ))}
              </select>
            </label>
            <label>
              First password (12 characters at least)
              <input name="password" type="password" autocomplete="new-password" required minLength={12} />
            </label>
            <button>Add</button>
          </Form>
        </Panel>
        <Tokens />
      </div>
    </>
  );
}
