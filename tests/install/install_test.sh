#!/usr/bin/env bash
# install_test.sh BUILD_FOLDER COMPILER [BUILD_TYPE]: installs the build to a prefix, makes a site with `tatum`, goes
# through the tutorial's parts with it, and asks it for its pages.
set -euo pipefail

build=$1 compiler=$2 type=${3:-Debug}
docs=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../docs" && pwd)
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
passed=0
ok() { passed=$((passed + 1)); echo "ok: $1"; }
fail() { echo "FAILED: $1" >&2; echo "$passed passed, 1 failed"; exit 1; }
step() {  # step NAME COMMAND...: the command's output is shown when it fails
    local name=$1; shift
    "$@" > "$work/log" 2>&1 || { cat "$work/log" >&2; fail "$name"; }
    ok "$name"
}
sample() {  # sample PAGE FIRST_LINE: the code on that page of the tutorial that begins with this line
    awk -v first="$2" '/^```/ { if (found) exit; at_start = 1; next }
        at_start && $0 == first { found = 1 } { at_start = 0 } found' "$docs/tutorial/$1.md" > "$work/sample"
    [ -s "$work/sample" ] || fail "docs/tutorial/$1.md has no sample that begins with: $2"
    cat "$work/sample"
}

step "cmake --install" cmake --install "$build" --prefix "$work/prefix"
tatum=$work/prefix/bin/tatum

cd "$work"
step "tatum startproject" "$tatum" startproject mysite
cd mysite
# A cache that sees no more than sources, as the tree's own presets set it up.
export CCACHE_DIR=$work/ccache CCACHE_DEPEND=1
step "cmake" cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE="$type" -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold \
    -DCMAKE_CXX_FLAGS="-Wall -Wextra -Wpedantic -Werror -Wno-missing-field-initializers ${INSTALL_TEST_FLAGS:-}"
step "cmake --build of a new site" cmake --build build
! grep -q 'Re-running CMake' "$work/log" || fail "the first build configures a second time"
step "check of a new site" build/mysite check
for app in books reviews shop; do step "tatum startapp $app" "$tatum" startapp $app; done
if "$tatum" startapp shop > "$work/log" 2>&1; then fail "a second startapp must not overwrite"; fi
ok "a second startapp is refused"

# What the tutorial tells people to write: books and reviews. shop stays as startapp has made it.
for app in books reviews; do
    cp -r "$docs/samples/$app/." $app/
    rm -r $app/migrations
done
sed -i 's/^tatum_site(mysite APPS/add_subdirectory(books)\nadd_subdirectory(reviews)\nadd_subdirectory(shop)\n& books reviews shop/' CMakeLists.txt
sample index '#include "books/app.h"' > main.cpp
sed -i 's/^#include "urls.h"/#include "reviews\/app.h"\n#include "shop\/app.h"\n&/; s/install(books::app)/install(books::app, reviews::app, shop::app)/' main.cpp
sample index '#include "books/urls.h"' > urls.cpp
sed -i '1s/^/#include "reviews\/urls.h"\n#include "shop\/urls.h"\n/; s/    path<"books.*/&\n    path<"reviews\/">(include(reviews::urls)),\n    path<"shop\/">(include(shop::urls)),/' urls.cpp
sample forms '{% url "reviews:book" book.slug as reviews %}' > "$work/link"
sed -i "/<\/h1>/r $work/link" books/templates/books/detail.html

step "cmake --build" cmake --build build
step "makemigrations" build/mysite makemigrations
for app in books reviews; do
    step "the migration of $app" diff "$docs/samples/$app/migrations/0001_initial.toml" $app/migrations/0001_initial.toml
done
step "check" build/mysite check
step "cmake --build with the migrations" cmake --build build
step "ctest" ctest --test-dir build --output-on-failure --no-tests=error

build/mysite runserver --port 0 --noreload > "$work/out" 2> "$work/err" &
server=$!
for _ in $(seq 100); do
    address=$(grep -o 'http://[^ ]*' "$work/out" || true)
    [ -n "$address" ] && break
    kill -0 "$server" 2>/dev/null || { cat "$work/err" >&2; fail "runserver"; }
    sleep 0.1
done
[ -n "$address" ] || fail "runserver tells no address"
ok "runserver"
page=$(curl -sf "$address") || fail "GET /"
[[ $page == *"Welcome to mysite"* ]] || fail "the welcome page"
ok "the welcome page, before migrate"
style=$(grep -o '/static/style[^"]*' <<< "$page") || fail "no style sheet"
curl -sfI "${address%/}$style" | grep -qi '^content-type: text/css' || fail "GET $style"
ok "the style sheet"
curl -sf "${address}shop/" | grep -q '<h1>shop</h1>' || fail "GET /shop/"
ok "the app's page"

step "migrate" build/mysite migrate
step "loaddata" build/mysite loaddata shelf
step "createsuperuser" env DJANGO_SUPERUSER_PASSWORD=eight-piano-keys build/mysite createsuperuser --noinput \
    --username art --email art@example.com
post() {  # post PATH FIELDS...: sends the form on that page, and prints the page that it leads to
    local target=${address}$1 token fields=(); shift
    token=$(curl -sf -b "$work/jar" -c "$work/jar" "$target" | grep -o 'csrfmiddlewaretoken" value="[^"]*' | head -1)
    for field in "csrfmiddlewaretoken=${token##*\"}" "$@"; do fields+=(--data-urlencode "$field"); done
    curl -sfL -b "$work/jar" -c "$work/jar" "${fields[@]}" "$target"
}
curl -sf "${address}books/middlemarch/" | grep -q '<a href="/reviews/middlemarch/">Reviews</a>' || fail "the link to reviews"
ok "a book's page"
post reviews/middlemarch/ name=Ann stars=4 "body=A town." > "$work/page" || fail "POST /reviews/middlemarch/"
grep -q 'Thank you, Ann!' "$work/page" && grep -q '★★★★ by Ann' "$work/page" || fail "the review"
ok "a review"
post admin/login/ username=art password=eight-piano-keys next=/admin/reviews/review/ > "$work/page" || fail "POST /admin/login/"
grep -q 'Middlemarch' "$work/page" || fail "the review in the admin"
ok "the admin"
kill -TERM "$server"
wait "$server" || fail "SIGTERM must end the server with 0"
server=
ok "SIGTERM"

echo '<p>another page</p>' >> templates/home.html
step "cmake --build with another template" cmake --build build
grep -qF '<p>another page</p>' build/mysite || fail "the binary has the template that was"
ok "the binary has the template that is"

# The binary alone in an empty folder.
mkdir "$work/empty" && cp build/mysite "$work/empty/" && cd "$work/empty"
step "migrate, from an empty folder" env SECRET_KEY=0123456789 ./mysite migrate
[ -f db.sqlite3 ] || fail "the database is not in the working folder"
ok "the database is in the working folder"

echo "$passed passed, 0 failed"
