import { useId, useState } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useApp } from '../context.ts'
import { useOwnUser } from '../own.ts'
import { Button } from '../parts/Button.tsx'
import { Refused } from '../parts/explain.ts'
import { Choice, Field, TextField, useWrong } from '../parts/Field.tsx'
import { Form } from '../parts/Form.tsx'
import { useWords } from './hooks.ts'
import { mayGive, scope_groups } from './scopes.ts'
import { Secret } from './Secret.tsx'

type Permission = shapes.Permission

const expiries = ['never', '30', '90', '365'] as const
const day = 24 * 3_600_000

export function NewApiKey({ onMade }: { onMade(): void }) {
  const words = useWords()
  const { rest } = useApp()
  const [made, setMade] = useState<shapes.MadeApiKey | null>(null)
  const [name, setName] = useState('')
  const [permissions, setPermissions] = useState<readonly Permission[]>(['read_messages'])
  const [expiry, setExpiry] = useState('90')
  const [addresses, setAddresses] = useState('')

  const make = async () => {
    if (permissions.length === 0) throw new Refused(words.keys.permissionsNone, 'permissions')
    const key = await rest('POST /auth/api-keys', {
      body: {
        name,
        permissions: [...permissions],
        expires_at: expiry === 'never' ? null : new Date(Date.now() + Number(expiry) * day).toISOString(),
        ip_whitelist: addresses.split(/[\s,]+/).filter((address) => address !== ''),
      },
    })
    setMade(key)
    setName('')
    setAddresses('')
    onMade()
  }
  if (made !== null) {
    return (
      <div className="vs-notice">
        <h3>{words.keys.made}</h3>
        <p>{words.keys.madeHint}</p>
        <Secret label={words.keys.made} text={made.key} />
        <Button kind="main" onClick={() => setMade(null)}>
          {words.done}
        </Button>
      </div>
    )
  }
  const failures = { RESOURCE_CONFLICT: { says: words.keys.tooMany } }
  return (
    <Form deed={make} button={words.keys.make} failures={failures}>
      <Field
        name="name"
        label={words.keys.name}
        hint={words.keys.nameHint}
        value={name}
        onChange={(event) => setName(event.target.value)}
        maxLength={100}
        required
      />
      <Permissions chosen={permissions} onChange={setPermissions} />
      <Choice
        name="expires_at"
        label={words.keys.expiry}
        options={expiries.map((value) => ({ value, label: words.keys.expiries[value] }))}
        value={expiry}
        onChange={(event) => setExpiry(event.target.value)}
      />
      <TextField
        name="ip_whitelist"
        label={words.keys.addresses}
        hint={words.keys.addressesHint}
        value={addresses}
        onChange={(event) => setAddresses(event.target.value)}
        rows={3}
        spellCheck={false}
      />
    </Form>
  )
}

interface PermissionsProps {
  chosen: readonly Permission[]
  onChange(chosen: readonly Permission[]): void
}

/** What the own role may give to a key, by what it is about. */
function Permissions({ chosen, onChange }: PermissionsProps) {
  const { keys } = useWords()
  const role = useOwnUser()?.role ?? 'user'
  const wrong = useWrong('permissions')
  const note = useId()
  return (
    <fieldset className="app-choices vs-scopes">
      <legend>{keys.permissions}</legend>
      {(Object.keys(scope_groups) as (keyof typeof scope_groups)[]).map((group) => {
        const given = scope_groups[group].filter((permission) => mayGive(role, permission))
        return given.length === 0 ? null : (
          <fieldset key={group}>
            <legend>{keys.groups[group]}</legend>
            {given.map((permission) => (
              <label className="app-option" key={permission}>
                <input
                  type="checkbox"
                  name="permissions"
                  checked={chosen.includes(permission)}
                  aria-invalid={wrong !== undefined}
                  aria-describedby={wrong === undefined ? undefined : note}
                  onChange={({ target }) =>
                    onChange(target.checked ? [...chosen, permission] : chosen.filter((each) => each !== permission))
                  }
                />
                <span>{keys.scopes[permission]}</span>
              </label>
            ))}
          </fieldset>
        )
      })}
      {wrong !== undefined && (
        <p id={note} className="app-wrong" role="alert">
          {wrong}
        </p>
      )}
    </fieldset>
  )
}
