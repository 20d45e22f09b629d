// Copyright: (c) 2026, hybrid.jfrog contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Does with jfrog-client-js what the arguments say, and prints the result as JSON: the platform's URL, the name of what to do,
// and its arguments. The token is in the environment, the CA in NODE_EXTRA_CA_CERTS.
const { JfrogClient } = require('jfrog-client-js');

const silent = { debug() {}, warn() {}, error() {} };
const [platformUrl, what, ...rest] = process.argv.slice(2);
const artifactory = new JfrogClient({
  platformUrl,
  accessToken: process.env.TOKEN,
  logger: silent,
  retries: 0,
  proxy: false,
}).artifactory();

const deeds = {
  ping: () => artifactory.system().ping(),
  version: () => artifactory.system().version(),
  search: (query) => artifactory.search().aqlSearch(query),
  download: (path) => artifactory.download().downloadArtifact(path),
  downloadToFile: (path, to) => artifactory.download().downloadArtifactToFile(path, to),
  checksum: (path) => artifactory.download().getArtifactChecksum(path),
};

deeds[what](...rest).then(
  (result) => console.log(JSON.stringify({ result })),
  (error) => console.log(JSON.stringify({ status: error.response && error.response.status, error: error.message })),
);
