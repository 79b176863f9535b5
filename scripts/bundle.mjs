// Joins the dashboard with Ink, React and what they need into one file: reading some 200 files takes longer than drawing
// the first frame. What they ask to be said of their licences stands in the file beside it.
import {readdirSync, rmSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {build} from 'esbuild'

const entry = fileURLToPath(new URL('../dist/dashboard/dashboard.js', import.meta.url))

await build({
  entryPoints: [entry],
  outfile: entry,
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  minifySyntax: true,
  legalComments: 'linked',
  define: {'process.env.NODE_ENV': '"production"'},
  // Packages in CommonJS ask for Node's own modules by `require`, which an ES module does not have.
  banner: {js: "import {createRequire} from 'node:module';const require=createRequire(import.meta.url);"},
  plugins: [
    {
      name: 'without-devtools',
      setup(bundle) {
        bundle.onResolve({filter: /^react-devtools-core$/}, () => ({path: 'none', namespace: 'none'}))
        bundle.onLoad({filter: /.*/, namespace: 'none'}, () => ({contents: 'export default {}'}))
      },
    },
  ],
})

// The pieces are in the one file now.
const folder = new URL('../dist/dashboard/', import.meta.url)
for (const name of readdirSync(folder)) if (!name.startsWith('dashboard.js')) rmSync(new URL(name, folder))
