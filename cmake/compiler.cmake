# How everything is compiled: language, warnings, hardening, sanitizers, ccache.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(THREADS_PREFER_PTHREAD_FLAG ON)

# Assertions stay on in production, so no build defines NDEBUG; -g1 keeps names and lines for
# profiles and stack traces at a small price.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

add_compile_options(
  -Werror -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Wcast-align -Wcast-qual -Wformat=2 -Wextra-semi
  -Wimplicit-fallthrough -Wdouble-promotion -Wundef
  # A designated initializer that leaves a field to its default is what we want.
  -Wno-missing-field-initializers
  -fno-omit-frame-pointer)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(
    -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wsuggest-override
    # False alarms of GCC 12 about short std::strings, too many to be read: the sanitizers find what
    # these would.
    -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread
    # These are wrong less often: shown, but they do not break the build.
    -Wno-error=maybe-uninitialized -Wno-error=restrict -Wno-error=tsan)
endif()

add_compile_definitions(_GLIBCXX_ASSERTIONS)
add_link_options(-Wl,-z,relro,-z,now)

if(OMS_SANITIZE)
  add_compile_options(-fsanitize=${OMS_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${OMS_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()

# ccache: with precompiled headers it must be told to trust their contents rather than their times.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
if(OMS_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-fpch-preprocess)
endif()
