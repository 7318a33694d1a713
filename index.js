// n8n reads the node and credential paths from package.json; the pack has no entry point of its own.
module.exports = {};
