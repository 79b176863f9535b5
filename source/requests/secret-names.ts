/** Which names of values in a body say that the value is a secret. */

/** Anywhere in a name. */
const telling = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'authorization',
  'credential',
  'apikey',
  'accesskey',
  'privatekey',
  'sessionid',
]
/** At the end of a name: `access_token` is one, `max_tokens` and `token_type` are none. */
const endings = ['token', 'cookie', 'jwt', 'signature']
/** Too short to be looked for in the midst of other words. */
const whole = ['pwd', 'pin', 'otp', 'cvv', 'cvc', 'ssn', 'sid']

/** Names are compared without case and signs: `client_secret`, `clientSecret` and `Client-Secret` are one. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** `more`: further names, each as a whole. */
export function secretNames(more: readonly string[]): (name: string) => boolean {
  const exact = new Set([...whole, ...more.map(bare)])
  return name => {
    const word = bare(name)
    if (word === '') return false
    return (
      exact.has(word) || telling.some(part => word.includes(part)) || endings.some(end => word.endsWith(end))
    )
  }
}
