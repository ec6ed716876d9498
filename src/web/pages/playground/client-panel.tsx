import { type FormEvent, useId, useState, useSyncExternalStore } from 'react'

import type { Client, ClientState, Place } from './client.ts'
import { useLocale, useSay } from './speech.ts'
import type { Say } from './texts.ts'
import type { SentBy } from './wire.ts'

/** One client: where it connects, as whom, and how it stands. */
export function ClientPanel({ client }: { client: Client }) {
  const say = useSay()
  const locale = useLocale()
  const title = useId()
  const state = useSyncExternalStore(client.subscribe, client.get)
  const [address, setAddress] = useState(() => `${location.origin.replace(/^http/, 'ws')}/ws`)
  const [by, setBy] = useState<SentBy>('subprotocol')
  const isOurs = isOwnAddress(address)
  // Also while one is being let in, so that a refusal leaves what was typed.
  const isOutside = !state.has_token && (state.status === 'offline' || state.status === 'connecting')
  const at: Place = { address, by, locale }

  return (
    <section className={`panel client client-${client.name}`} aria-labelledby={title}>
      <header>
        <h2 id={title}>
          <span className="badge">{client.name}</span> {say('client', client.name)}
        </h2>
        <output className={`status ${state.status}`}>{say(state.status, state.username ?? '')}</output>
      </header>
      <div className="row">
        <Input
          label={say('address')}
          value={address}
          onChange={setAddress}
          error={isOurs ? null : say('other_server', location.origin.replace(/^http/, 'ws'))}
        />
        <label className="input">
          <span>{say('sent_by')}</span>
          <select value={by} onChange={({ target }) => setBy(target.value as SentBy)}>
            <option value="subprotocol">{say('by_subprotocol')}</option>
            <option value="frame">{say('by_frame')}</option>
            <option value="nobody">{say('by_nobody')}</option>
          </select>
        </label>
      </div>
      {isOutside ? (
        <SignIn client={client} at={at} isOurs={isOurs} state={state} />
      ) : (
        <div className="row buttons">
          {state.status === 'offline' ? (
            <button type="button" className="main" disabled={!isOurs} onClick={() => client.connect(at)}>
              {say('connect')}
            </button>
          ) : (
            <button type="button" onClick={client.disconnect}>
              {say('disconnect')}
            </button>
          )}
          <button type="button" onClick={client.forget}>
            {say('sign_out')}
          </button>
        </div>
      )}
      <p className="trouble" role="alert">
        {troubleOf(state, say)}
      </p>
    </section>
  )
}

function SignIn({ client, at, isOurs, state }: { client: Client; at: Place; isOurs: boolean; state: ClientState }) {
  const say = useSay()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [token, setToken] = useState('')
  // Nothing else can go with a handshake.
  const isToken = /^[\w.-]*$/.test(token)
  const needsCode = state.refusal?.code === 'TWO_FACTOR_REQUIRED' || code !== ''

  const signIn = (event: FormEvent) => {
    event.preventDefault()
    client.signIn({ username, password, ...(code !== '' && { totp_code: code }) }, at)
  }
  const connect = (event: FormEvent) => {
    event.preventDefault()
    client.takeToken(token === '' ? null : token, at)
  }
  return (
    <>
      <form className="row" onSubmit={signIn}>
        <Input label={say('username')} value={username} onChange={setUsername} autoComplete="username" isRequired />
        <Input
          label={say('password')}
          value={password}
          onChange={setPassword}
          type="password"
          autoComplete="current-password"
          isRequired
        />{' '}
        {/* prettier-ignore */}
        {needsCode && <Input label={say('totp_code')} value={code} onChange={setCode} autoComplete="one-time-code" />}
        <button type="submit" className="main" disabled={!isOurs}>
          {say('sign_in')}
        </button>
      </form>
      <form className="row" onSubmit={connect}>
        <Input
          label={say('token')}
          value={token}
          onChange={setToken}
          type="password"
          autoComplete="off"
          error={isToken ? null : say('not_token')}
        />
        <button type="submit" disabled={!isOurs || !isToken}>
          {token === '' ? say('connect') : say('use_token')}
        </button>
        <button type="button" title={say('throw_away_hint')} disabled={!isOurs} onClick={() => client.register(at)}>
          {say('throw_away')}
        </button>
      </form>
    </>
  )
}

interface InputProps {
  label: string
  value: string
  onChange(value: string): void
  type?: 'text' | 'password'
  autoComplete?: string
  isRequired?: boolean
  error?: string | null
}

function Input({ label, value, onChange, type = 'text', autoComplete, isRequired = false, error = null }: InputProps) {
  const id = useId()
  return (
    <div className="input">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type}
        value={value}
        required={isRequired}
        autoComplete={autoComplete ?? 'off'}
        spellCheck={false}
        aria-invalid={error !== null}
        aria-describedby={error === null ? undefined : `${id}-error`}
        onChange={({ target }) => onChange(target.value)}
      />
      {error !== null && (
        <p className="problem" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  )
}

/** The policy of the page lets it reach no other server. */
const isOwnAddress = (address: string) =>
  URL.parse(address)?.origin.replace(/^ws/, 'http') === location.origin && /^wss?:/.test(address)

function troubleOf({ refusal, closed }: ClientState, say: Say): string {
  if (refusal !== null)
    return refusal.code === null ? say('unreachable', refusal.message) : `${refusal.message} (${refusal.code})`
  return closed === null ? '' : say('closed', closed.code, closed.reason).trim()
}
