import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import type { Guard } from '../../transport/http/index.ts'
import {
  BackupCodes,
  SecondFactorEnd,
  SecondFactorProof,
  SecondFactorSetup,
  SecondFactorStart,
  SecondFactorStatus,
} from './second-factor-schema.ts'
import type { Accounts } from './service.ts'

const None = Type.Void({ description: 'Nothing.' })

/** No API key may: none of these says an `x-permission`. Whoever has to turn one on first may come here. */
export const secondFactorRoutes = ({ accounts: { secondFactor }, guard }: { accounts: Accounts; guard: Guard }) =>
  new Elysia({
    name: 'second-factor',
    prefix: '/auth/2fa',
    detail: { tags: ['two factors'] },
  })
    .use(guard)
    .get('', ({ actor }) => secondFactor.status(actor), {
      response: SecondFactorStatus,
      detail: { summary: 'Whether the second factor is on', 'x-without-second-factor': true },
    })
    .post('/enable', ({ actor, body, exchange }) => secondFactor.enable(actor, body, exchange), {
      body: SecondFactorStart,
      response: SecondFactorSetup,
      detail: { summary: 'Begin to turn on a second factor', 'x-without-second-factor': true },
    })
    .post('/confirm', ({ actor, body }) => secondFactor.confirm(actor, body), {
      body: SecondFactorProof,
      response: SecondFactorStatus,
      detail: { summary: 'Turn it on, by a code that the app shows', 'x-without-second-factor': true },
    })
    .post(
      '/disable',
      async ({ actor, body, exchange, set }) => {
        await secondFactor.disable(actor, body, exchange)
        set.status = 204
      },
      { body: SecondFactorEnd, response: { 204: None }, detail: { summary: 'Turn the second factor off' } },
    )
    .post('/backup-codes', ({ actor, body, exchange }) => secondFactor.renewCodes(actor, body, exchange), {
      body: SecondFactorProof,
      response: BackupCodes,
      detail: { summary: 'New backup codes; the old ones are void' },
    })
