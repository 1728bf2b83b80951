import type { JSX } from 'preact';
import { call, session } from '../api/client.ts';
import { Panel, Shown, Title } from '../components/basic.tsx';
import { exactMoment } from '../lib/format.ts';
import { useLoaded } from '../lib/load.ts';
import { zone } from '../lib/settings.ts';
import { attempt } from '../lib/toast.ts';
import { typed } from '../lib/form.ts';

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
        <Panel title="Who may sign in">
          <Shown of={loaded}>
            {({ users }) => (
              <table>
                <thead>
                  <tr>
                    <th>Name</th>
                    <th>Role</th>
                    <th>Since</th>
                    <th>
                      <span class="hidden">Act</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {users.map(({ name, role, createdMs }) => (
                    <tr key={name}>
                      <td>{name}</td>
                      <td>
                        <select
                          aria-label={`Role of ${name}`}
                          value={role}
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
                </tbody>
              </table>
            )}
          </Shown>
        </Panel>
        <Panel title="Add somebody">
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              const form = event.currentTarget;
              const values = new FormData(form);
              const name = typed(values, 'name');
              act(async () => {
                await call('createUser', {
                  body: {
                    name,
                    role: typed(values, 'role') as Role,
                    password: typed(values, 'password'),
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
          </form>
        </Panel>
      </div>
    </>
  );
}
