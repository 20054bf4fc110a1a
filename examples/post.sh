#!/usr/bin/env bash
# Posts stories, one JSON object a line, so that it can be run again whatever happened before.
#
#   NEWSWIRE_KEY=nw_... bash examples/post.sh [stories.ndjson]
#
# A story has `source` and `external_id`, so that tomorrow's run finds it; `Idempotency-Key` is the hash
# of what is sent, so that a try whose answer was lost is answered and not done again.
set -euo pipefail
url=${NEWSWIRE_URL:-http://127.0.0.1:8080}
key=${NEWSWIRE_KEY:?a key with articles:write, articles:publish, sources:write and categories:write}
file=${1:-$(dirname "$0")/stories.ndjson}
tries=8
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sum=sha256sum
command -v sha256sum >/dev/null || sum="shasum -a 256"

# post: sends $work/story; tries again what may pass. Sets status: 000 when nobody answered.
post() {
  local id try pause asked
  id=$($sum <"$work/story" | cut -c 1-64)
  for ((try = 1; ; try++)); do
    status=$(curl --silent --max-time 60 --output "$work/answer" --dump-header "$work/head" --write-out '%{http_code}' \
      --request POST "$url/api/v1/articles?on_conflict=update&create_missing=true" \
      --header "Authorization: Bearer $key" --header "Idempotency-Key: $id" \
      --header "Content-Type: application/json" --data-binary "@$work/story") || status=000
    asked=$(sed -n 's/^retry-after: *\([0-9][0-9]*\).*/\1/Ip' "$work/head" 2>/dev/null | tail -n 1)
    case $status in
      2??) return 0 ;;
      000 | 408 | 429 | 5??) ;;                # no answer, or not now
      *) [ -n "$asked" ] || return 1 ;;        # 409 with Retry-After: the same is under way
    esac
    [ "$try" -lt "$tries" ] || return 1
    pause=$((1 << (try - 1)))
    sleep "${asked:-$((pause < 30 ? pause : 30))}.$((RANDOM % 10))"
  done
}

failed=0
while IFS= read -r line || [ -n "$line" ]; do
  [ -n "$line" ] || continue
  printf '%s' "$line" >"$work/story"
  if post; then
    echo "$status ok"
  else
    failed=$((failed + 1))
    echo "$status ${line:0:80}" >&2
    cat "$work/answer" >&2 2>/dev/null || true
  fi
done <"$file"
[ "$failed" -eq 0 ]
