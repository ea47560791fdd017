#!/usr/bin/env bash
# install_test.sh BUILD_FOLDER COMPILER [BUILD_TYPE]: installs the build to a prefix, makes a site and an app
# with `tatum`, builds it against the prefix, migrates, and asks it for its pages.
set -euo pipefail

build=$1 compiler=$2 type=${3:-Debug}
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

step "cmake --install" cmake --install "$build" --prefix "$work/prefix"
tatum=$work/prefix/bin/tatum

cd "$work"
step "tatum startproject" "$tatum" startproject mysite
cd mysite
step "tatum startapp" "$tatum" startapp shop
if "$tatum" startapp shop > "$work/log" 2>&1; then fail "a second startapp must not overwrite"; fi
ok "a second startapp is refused"

# What the tutorial tells people to change.
sed -i 's/tatum_site(mysite)/add_subdirectory(shop)\ntatum_site(mysite APPS shop sessions messages)/' CMakeLists.txt
sed -i 's/#include "urls.h"/#include "shop\/app.h"\n#include "urls.h"\n#include <tatum\/contrib\/messages\/app.h>\n#include <tatum\/contrib\/sessions\/app.h>/; s/    site.urls/    site.install(shop::app, tatum::sessions::app, tatum::messages::app);\n    site.urls/' main.cpp
# A page that keeps something of its visitor.
sed -i 's/{ return render/{ session(request).set("seen", true); return render/; s/#include "views.h"/&\n\n#include <tatum\/contrib\/sessions\/session.h>/' shop/views.cpp
sed -i 's/#include "views.h"/#include "shop\/urls.h"\n#include "views.h"/; s/    path<"">(home, "home"),/&\n    path<"shop\/">(include(shop::urls)),/' urls.cpp
cat > shop/models.h <<'CPP'
#pragma once

#include <tatum/db/db.h>

namespace shop {

struct Item : tatum::Model<Item> {
    std::string name;

    static void define(tatum::Definition<Item>&);
    std::string str() const { return name; }
};

}  // namespace shop
CPP
cat > shop/models.cpp <<'CPP'
#include "models.h"

using namespace tatum;

namespace shop {

void Item::define(Definition<Item>& d) {
    d.field<&Item::name>(max_length(100));
    d.ordering("name");
}

}  // namespace shop
CPP
sed -i 's/models<>()/models<Item>()/' shop/app.cpp

# A cache that sees no more than sources, as the tree's own presets set it up.
export CCACHE_DIR=$work/ccache CCACHE_DEPEND=1
step "cmake" cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE="$type" -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold \
    -DCMAKE_CXX_FLAGS="-Wall -Wextra -Wpedantic -Werror -Wno-missing-field-initializers ${INSTALL_TEST_FLAGS:-}"
step "cmake --build" cmake --build build
step "makemigrations" build/mysite makemigrations
[ -f shop/migrations/0001_initial.toml ] || fail "makemigrations has written no file"
step "check" build/mysite check
step "cmake --build with the migration" cmake --build build
step "migrate" build/mysite migrate

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
ok "the welcome page"
style=$(grep -o '/static/style[^"]*' <<< "$page") || fail "no style sheet"
curl -sfI "${address%/}$style" | grep -qi '^content-type: text/css' || fail "GET $style"
ok "the style sheet"
curl -sf "${address}shop/" | grep -q '<h1>shop</h1>' || fail "GET /shop/"
ok "the app's page"
curl -sf -o /dev/null -D - "${address}shop/" | grep -qi '^set-cookie: sessionid=[a-z0-9]\{32\};' || fail "the session's cookie"
ok "the app's session"
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
