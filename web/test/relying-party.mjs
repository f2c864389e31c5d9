// SPDX-License-Identifier: Apache-2.0

// A site that has people sign in, made with openid-client. It reads a line of
// JSON with what it is, answers with the address to send a browser to, reads the
// address that the browser came back to, and says what it got to know.
import { createInterface } from 'node:readline'
import * as client from 'openid-client'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const read = async () => JSON.parse((await lines.next()).value)
const say = (v) => process.stdout.write(JSON.stringify(v) + '\n')

const site = await read()
const config = await client.discovery(new URL(site.issuer), site.id, undefined, client[site.auth](site.secret), {
  execute: [client.allowInsecureRequests],
})
const verifier = client.randomPKCECodeVerifier()
const state = client.randomState()
const nonce = client.randomNonce()
say({
  url: client.buildAuthorizationUrl(config, {
    redirect_uri: site.redirect, scope: site.scope, state, nonce, max_age: '3600', acr_values: 'urn:tarazu:acr:1',
    code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  }).href,
})
const { back } = await read()
const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, maxAge: 3600, idTokenExpected: true }
const tokens = await client.authorizationCodeGrant(config, new URL(back), checks)
const claims = tokens.claims()
const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
const out = { claims, info, scope: tokens.scope }
if (tokens.refresh_token) {
  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token)
  out.refreshed = fresh.refresh_token !== tokens.refresh_token && fresh.claims().sub === claims.sub
  if (site.secret) out.active = (await client.tokenIntrospection(config, fresh.access_token)).active
  await client.tokenRevocation(config, fresh.refresh_token)
  out.revoked = await client.refreshTokenGrant(config, fresh.refresh_token).then(() => false, (e) => e.error === 'invalid_grant')
}
const twice = await client.authorizationCodeGrant(config, new URL(back), checks).then(() => 'a code is good twice', (e) => e.error)
const mixed = new URL(back)
mixed.searchParams.set('iss', 'https://evil.example')
const mixedUp = await client.authorizationCodeGrant(config, mixed, checks).then(() => 'mixed up', () => 'noticed')
say({ ...out, twice, mixedUp, end: client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: site.bye }).href })
process.exit(0)
