/** What has to be in the PEM files of TLS, and what is wrong when it is not. Pure: texts in, words out. */
import {X509Certificate} from 'node:crypto'

const certificatePattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** What is wrong with the certificates of those who may vouch for others; undefined: nothing. */
export function authoritiesProblem(text: string): string | undefined {
  const certificates = certificatesIn(text)
  return typeof certificates === 'string' ? certificates : undefined
}

function certificatesIn(text: string): readonly X509Certificate[] | string {
  const blocks = text.match(certificatePattern) ?? []
  if (blocks.length === 0)
    return 'the file holds no certificate in PEM; expected "-----BEGIN CERTIFICATE-----"'
  const certificates: X509Certificate[] = []
  for (const [index, block] of blocks.entries()) {
    try {
      certificates.push(new X509Certificate(block))
    } catch {
      return `certificate ${index + 1} of ${blocks.length} in the file is damaged`
    }
  }
  return certificates
}
