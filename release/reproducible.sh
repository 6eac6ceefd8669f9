#!/usr/bin/env bash
# Builds what is committed twice, in two folders with two local repositories' worth of paths, and compares, byte by byte,
# all that would be published. Arguments go to Maven.
set -euo pipefail
source="$(cd "$(dirname "$0")/.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

build() {
  local folder="$1"
  shift
  git clone -q "$source" "$folder"
  (cd "$folder" && ./mvnw -q -Prelease -DskipTests package "$@" >&2)
  # what is published: jars, bills of materials and POMs
  (cd "$folder" && find . -path '*/target/*.jar' -o -path '*/target/bom.*' -o -name pom.xml | grep -v '/target/.*/.*/' \
    | LC_ALL=C sort | xargs sha256sum)
}

build "$work/first" "$@" > "$work/first.sums"
build "$work/a much longer path/second" "$@" > "$work/second.sums"
if ! diff "$work/first.sums" "$work/second.sums"; then
  echo "The two builds differ" >&2
  exit 1
fi
grep -c '\.jar$' "$work/first.sums" | sed 's/$/ jars are the same in both builds:/'
grep '\.jar$' "$work/first.sums"
