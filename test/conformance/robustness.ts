import { frame, ping } from './client-frames.ts'
import { connectPeer, type Peer, type Words } from './peer.ts'
import { type Case, type Family, outcomeOf, type Step } from './robustness-case.ts'
import { frameFamilies } from './robustness-cases.ts'
import { closingFamily } from './robustness-closings.ts'
import { fragmentFamily } from './robustness-fragments.ts'
import { handshake, handshakeFamily } from './robustness-handshakes.ts'
import { limitFamily } from './robustness-limits.ts'
import { textFamily } from './robustness-texts.ts'

export const families: readonly Family[] = [
  ...frameFamilies,
  fragmentFamily,
  textFamily,
  closingFamily,
  limitFamily,
  handshakeFamily,
]

const usual_patience_ms = 5_000
const probe = frame('{"type":"ping","id":"probe"}')

export interface Target {
  port: number
  token: string
}

/** Plays cases against one server, beside a connection that lives through all of them. */
export async function openStage({ port, token }: Target) {
  const witness = await enter(port, token)

  /**
   * The server reads in turn: when it has twice answered somebody who spoke later, it has taken what came before. Rejects when it answers nobody any more.
   */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 2; turn++) {
      witness.heard.length = 0
      witness.write(ping())
      if (!(await until(witness, () => witness.heard.length > 0)) || witness.heard[0] !== 'pong')
        throw new Error(`somebody else's connection heard ${witness.heard.join(', ') || 'nothing'}`)
    }
  }

  async function take(peer: Peer, step: Step): Promise<void> {
    const before = peer.heard.length
    if (step === 'finish') peer.finish()
    else if (step === 'cut') peer.cut()
    else if (step !== 'quiet') peer.write(step)
    await settle()
    if (step === 'quiet' && peer.heard.length === before && !peer.ended()) peer.heard.push('quiet')
  }

  /** What is heard in a case: to its end, or until the connection has shown that it goes on. */
  async function play(each: Case, patience_ms = usual_patience_ms): Promise<Words> {
    const isHandshake = handshakeFamily.cases.includes(each)
    const peer = isHandshake ? await connectPeer(port) : await enter(port, token, each.headers)
    for (const step of each.send) {
      if (peer.ended()) break
      await take(peer, step)
    }
    const wanted = outcomeOf(each)
    const answered = () => !isHandshake || peer.heard.some((word) => word.startsWith('HTTP'))
    await until(peer, answered, patience_ms)
    const upgraded = !isHandshake || peer.heard.some((word) => word.startsWith('HTTP 101'))
    // A probe while the server closes could cost us its last words, so one that is to close is given its time first.
    if (wanted.at(-1) === 'end') await until(peer, () => false, patience_ms)
    if (upgraded && !peer.ended()) {
      peer.write(probe)
      await until(peer, () => peer.heard.includes('open'), patience_ms)
    }
    await settle()
    const words = [...peer.heard]
    peer.cut()
    return words
  }
  return { play, close: () => witness.cut() }
}

/** A connection that has signed in. */
async function enter(port: number, token: string, headers = ''): Promise<Peer> {
  const peer = await connectPeer(port)
  peer.write(handshake({ Authorization: `Bearer ${token}` }, { more: headers }))
  await until(peer, () => peer.heard.includes('auth_success'))
  const heard = peer.heard.splice(0).join()
  if (heard !== 'HTTP 101,auth_success') throw new Error(`not signed in: ${heard}`)
  return peer
}

/** False when it has not come to that, which for a connection that ended it cannot. */
async function until(peer: Peer, is: () => boolean, patience_ms = usual_patience_ms): Promise<boolean> {
  const late = Date.now() + patience_ms
  while (!is() && !peer.ended() && Date.now() < late) {
    await Promise.race([peer.more(), Bun.sleep(late - Date.now())])
  }
  return is()
}
