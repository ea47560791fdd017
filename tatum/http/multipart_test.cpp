#include <tatum/http/multipart.h>

#include <tatum/http/errors.h>
#include <tatum/http/request.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

namespace tatum::http {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=B";

std::string field(std::string_view name, std::string_view value) {
    return "--B\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n" +
           std::string(value) + "\r\n";
}

std::string file(std::string_view field_name, std::string_view file_name, std::string_view content,
                 std::string_view more = {}) {
    return "--B\r\nContent-Disposition: form-data; name=\"" + std::string(field_name) +
           "\"; filename=\"" + std::string(file_name) +
           "\"\r\nContent-Type: text/plain; charset=utf-8\r\n" + std::string(more) + "\r\n" +
           std::string(content) + "\r\n";
}

/// Feeds `body` in pieces of random sizes, or at once with seed 0.
MultipartForm parse(std::string_view body, const HttpSettings& settings = {}, unsigned seed = 0) {
    UploadHandlers handlers;
    handlers.push_back(default_upload_handler(settings));
    MultipartParser parser(kType, settings, handlers);
    std::mt19937 random(seed);
    while (!body.empty()) {
        const std::size_t size =
            seed == 0 ? body.size() : std::min<std::size_t>(body.size(), 1 + random() % 7);
        parser.feed(body.substr(0, size));
        body.remove_prefix(size);
    }
    return parser.finish();
}

TEST(Multipart, ReadsFieldsAndFilesHoweverTheyArrive) {
    const std::string content = "line\r\n--C\r\n\r\n-B -- \r\r\n\n";
    const std::string body = "preamble\r\n" + field("a", "1") + field("a", "") +
                             file("f", "x.txt", content) + field("b", "\r\n") + "--B--\r\nend";
    for (unsigned seed = 0; seed < 60; ++seed) {
        const MultipartForm form = parse(body, {}, seed);
        EXPECT_EQ(form.fields.getlist("a"), (std::vector<std::string>{"1", ""})) << seed;
        EXPECT_EQ(form.fields["b"], "\r\n") << seed;
        ASSERT_NE(form.files.find("f"), nullptr) << seed;
        EXPECT_EQ(form.files["f"].read(), content) << seed;
        EXPECT_EQ(form.files["f"].name(), "x.txt");
        EXPECT_EQ(form.files["f"].content_type(), "text/plain");
        EXPECT_EQ(form.files["f"].charset(), "utf-8");
    }
}

TEST(Multipart, KeepsSmallFilesInMemoryAndSpillsLargeOnes) {
    HttpSettings settings;
    settings.file_upload_max_memory_size = 10;
    const MultipartForm at_limit = parse(file("f", "a.txt", "0123456789") + "--B--", settings, 1);
    EXPECT_EQ(at_limit.files["f"].temporary_file_path(), "");
    std::string path;
    {
        const MultipartForm past = parse(file("f", "a.txt", "0123456789x") + "--B--", settings, 1);
        path = past.files["f"].temporary_file_path();
        ASSERT_NE(path, "");
        EXPECT_TRUE(path.ends_with(".upload.txt")) << path;
        EXPECT_EQ(past.files["f"].read(), "0123456789x");
        EXPECT_EQ(past.files["f"].size(), 11u);
        EXPECT_EQ(::access(path.c_str(), F_OK), 0);
    }
    EXPECT_NE(::access(path.c_str(), F_OK), 0) << "the file outlives its form";
}

TEST(Multipart, RemovesTheTemporaryFileWhenTheUploadFails) {
    HttpSettings settings;
    settings.file_upload_max_memory_size = 1;
    settings.data_upload_max_number_files = 1;
    settings.file_upload_temp_dir = testing::TempDir();
    EXPECT_THROW(parse(file("f", "a.txt", "abc") + file("g", "b.txt", "abc"), settings),
                 TooManyFilesSent);
}

TEST(Multipart, LimitsFieldsFilesAndBytes) {
    HttpSettings settings;
    settings.data_upload_max_number_fields = 2;
    const std::string two = field("a", "1") + field("b", "2");
    EXPECT_EQ(parse(two + "--B--", settings).fields.size(), 2u);
    EXPECT_THROW(parse(two + field("c", "3") + field("d", "4") + field("e", "5"), settings),
                 TooManyFieldsSent);
    settings = {};
    settings.data_upload_max_memory_size = 8;
    EXPECT_EQ(parse(field("a", "12345") + "--B--", settings).fields["a"], "12345");
    EXPECT_THROW(parse(field("a", "123456") + "--B--", settings), RequestDataTooBig);
    EXPECT_THROW(parse(field("a", "123") + field("b", "4"), settings), RequestDataTooBig);
    EXPECT_EQ(parse(file("f", "a", std::string(100, 'x')) + "--B--", settings).files.size(), 1u);
}

TEST(Multipart, LimitsTheHeadersOfAPart) {
    const auto padded = [](std::size_t bytes) {
        const std::string start = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\nX: ";
        const std::size_t used = start.size() - 3 + 4;  // without "--B", with the blank line
        return start + std::string(bytes - used, 'x') + "\r\n\r\n1\r\n--B--";
    };
    EXPECT_EQ(parse(padded(MultipartParser::kHeaderBytesMax)).fields["a"], "1");
    EXPECT_THROW(parse(padded(MultipartParser::kHeaderBytesMax + 1)), MultiPartParserError);
}

TEST(Multipart, RefusesWhatHasNoUsableBoundary) {
    const HttpSettings settings;
    UploadHandlers none;
    for (const std::string type :
         {"multipart/form-data", "multipart/form-data; boundary=", "text/plain; boundary=B",
          "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=é"})
        EXPECT_THROW(MultipartParser(type, settings, none), MultiPartParserError) << type;
    const std::string longest(MultipartParser::kBoundaryBytesMax, 'b');
    EXPECT_NO_THROW(MultipartParser("multipart/form-data; boundary=" + longest, settings, none));
    EXPECT_THROW(MultipartParser("multipart/form-data; boundary=b" + longest, settings, none),
                 MultiPartParserError);
}

TEST(Multipart, DecodesBase64) {
    const std::string header = "Content-Transfer-Encoding: base64\r\n";
    const std::string body = file("f", "a", "aGVs\r\nbG8h\r\n", header) + "--B--";
    for (unsigned seed = 0; seed < 20; ++seed)
        EXPECT_EQ(parse(body, {}, seed).files["f"].read(), "hello!") << seed;
    for (const char* broken : {"aGVsb", "a", "=aaa"})
        EXPECT_THROW(parse(file("f", "a", broken, header) + "--B--"), MultiPartParserError)
            << broken;
}

TEST(Multipart, RefusesPaddingInTheMiddleHoweverItArrives) {
    std::ostringstream found;  // by the fuzzer, whose first byte says how to cut
    found << std::ifstream(TATUM_SOURCE_DIR
                           "/tests/fuzz/corpus/fuzz_multipart/padding_in_the_middle")
                 .rdbuf();
    const std::string body = found.str().substr(1);
    ASSERT_FALSE(body.empty());
    for (const std::size_t piece : {body.size(), std::size_t{1}}) {
        const HttpSettings settings;
        UploadHandlers handlers;
        handlers.push_back(default_upload_handler(settings));
        MultipartParser parser(kType, settings, handlers);
        const auto read = [&] {
            for (std::size_t at = 0; at < body.size(); at += piece)
                parser.feed(std::string_view(body).substr(at, piece));
            parser.finish();
        };
        EXPECT_THROW(read(), MultiPartParserError) << piece;
    }
}

TEST(Multipart, TakesFoldersAndWorseOutOfFileNames) {
    const std::pair<const char*, const char*> cases[] = {{"../../etc/passwd", "passwd"},
                                                         {"C:\\x\\y.txt", "y.txt"},
                                                         {"a&#47;b.txt", "b.txt"},
                                                         {"a\x01"
                                                          "b.txt",
                                                          "ab.txt"},
                                                         {"..", ""},
                                                         {"x/", ""},
                                                         {".", ""},
                                                         {"naïve.txt", "naïve.txt"}};
    for (const auto& [sent, kept] : cases) {
        EXPECT_EQ(sanitize_file_name(sent), kept) << sent;
        const MultipartForm form = parse(file("f", sent, "x") + "--B--");
        EXPECT_EQ(form.files.empty(), *kept == '\0') << sent;
    }
}

TEST(Multipart, SurvivesGarbage) {
    const std::string sound = field("a", "1") + file("f", "x.txt", "content") + "--B--\r\n";
    for (unsigned seed = 1; seed < 400; ++seed) {
        std::mt19937 random(seed);
        std::string body = sound;
        for (std::size_t i = random() % 8; i > 0; --i) {
            const std::size_t at = random() % body.size();
            if (random() % 2 == 0)
                body[at] = static_cast<char>(random());
            else
                body.erase(at, random() % 9);
            if (body.empty()) body = "-";
        }
        try {
            const MultipartForm once = parse(body);
            const MultipartForm split = parse(body, {}, seed);
            EXPECT_EQ(once.fields, split.fields) << "seed " << seed;
            EXPECT_EQ(once.files.size(), split.files.size()) << "seed " << seed;
        } catch (const MultiPartParserError&) {
            EXPECT_THROW(parse(body, {}, seed), MultiPartParserError) << "seed " << seed;
        }
    }
}

/// Counts what it is told; takes nothing for itself.
class Listener final : public UploadHandler {
public:
    explicit Listener(std::vector<std::string>& log) : log_(log) {}
    void start(const Request&, std::optional<std::uint64_t>) override { log_.push_back("start"); }
    bool new_file(const UploadPart& part) override {
        if (part.file_name == "skip.txt") throw SkipFile{};
        if (part.file_name == "stop.txt") throw StopUpload{};
        log_.push_back("new " + part.file_name);
        return false;
    }
    std::string_view receive_data_chunk(std::string_view chunk, std::uint64_t) override {
        return chunk;
    }
    std::optional<UploadedFile> file_complete(std::uint64_t size) override {
        log_.push_back("complete " + std::to_string(size));
        return std::nullopt;
    }
    void upload_complete() override { log_.push_back("end"); }
    void upload_interrupted() override { log_.push_back("interrupted"); }

private:
    std::vector<std::string>& log_;
};

TEST(Multipart, AsksTheHandlersInOrder) {
    const auto run = [](const std::string& body) {
        std::vector<std::string> log;
        Request request(RequestText{
            .method = "POST", .headers = {{"Content-Type", std::string(kType)}}, .body = body});
        auto& handlers = request.upload_handlers();
        handlers.insert(handlers.begin(), owned<Listener>(log));
        std::string files;
        for (const auto& entry : request.FILES())
            files += entry.key + "=" + entry.values.back().read() + ";";
        log.push_back(files);
        return log;
    };
    EXPECT_EQ(run(file("f", "a.txt", "abc") + "--B--"),
              (std::vector<std::string>{"start", "new a.txt", "complete 3", "end", "f=abc;"}));
    EXPECT_EQ(run(file("f", "skip.txt", "abc") + file("g", "b.txt", "d") + "--B--"),
              (std::vector<std::string>{"start", "new b.txt", "complete 1", "end", "g=d;"}));
    EXPECT_EQ(run(file("f", "stop.txt", "abc") + file("g", "b.txt", "d") + "--B--"),
              (std::vector<std::string>{"start", "interrupted", ""}));
}

TEST(Multipart, TakesNoFileWhoseEndIsMissing) {
    const std::string whole = field("a", "1") + file("f", "x.txt", "content") + "--B--\r\n";
    const std::size_t content = whole.find("content");
    for (std::size_t size = content; size < whole.rfind("--B--") + 2; ++size) {
        for (unsigned seed = 0; seed < 3; ++seed) {
            const MultipartForm form = parse(std::string_view(whole).substr(0, size), {}, seed);
            EXPECT_EQ(form.fields["a"], "1") << size;
            EXPECT_TRUE(form.files.empty()) << size;
        }
    }
    EXPECT_EQ(parse(file("f", "x.txt", "1") + file("f", "y.txt", "2")).files.getlist("f").size(),
              1u);
}

TEST(Multipart, TellsTheHandlersThatNothingCameOfIt) {
    std::vector<std::string> log;
    {
        HttpSettings settings;
        settings.data_upload_max_number_files = 1;
        UploadHandlers handlers;
        handlers.push_back(owned<Listener>(log));
        handlers.push_back(default_upload_handler(settings));
        MultipartParser parser(kType, settings, handlers);
        EXPECT_THROW(parser.feed(file("f", "a.txt", "abc") + file("g", "b.txt", "d") + "--B--"),
                     TooManyFilesSent);
    }
    EXPECT_EQ(log, (std::vector<std::string>{"new a.txt", "complete 3", "interrupted"}));
}

/// A client that leaves in the middle of its upload.
class BrokenSource final : public BodySource {
public:
    explicit BrokenSource(std::string start) : start_(std::move(start)) {}
    std::size_t read(std::span<char> buffer) override {
        const std::size_t count = start_.copy(buffer.data(), buffer.size());
        start_.erase(0, count);
        if (count == 0) throw UnreadablePostError("the client has left");
        return count;
    }
    std::optional<std::uint64_t> size() const override { return std::nullopt; }

private:
    std::string start_;
};

TEST(Multipart, LeavesNothingBehindWhenTheClientLeaves) {
    char pattern[] = "/tmp/tatum-uploads-XXXXXX";
    HttpSettings settings;
    settings.file_upload_temp_dir = ::mkdtemp(pattern);
    settings.file_upload_max_memory_size = 1000;
    BrokenSource source(file("f", "a.txt", std::string(500'000, 'x')));
    const std::vector<HeaderField> headers = {{"Content-Type", kType}};
    const Request request({.method = "POST", .target = "/", .headers = headers}, &source, settings);
    EXPECT_THROW(request.FILES(), UnreadablePostError);
    EXPECT_EQ(::rmdir(pattern), 0);  // it is empty
}

/// Takes no upload that is announced as too large.
class Quota final : public UploadHandler {
public:
    void start(const Request&, std::optional<std::uint64_t> content_length) override {
        if (content_length.value_or(0) > 100) throw StopUpload{.connection_reset = true};
    }
    bool new_file(const UploadPart&) override { return false; }
    std::string_view receive_data_chunk(std::string_view chunk, std::uint64_t) override {
        return chunk;
    }
    std::optional<UploadedFile> file_complete(std::uint64_t) override { return std::nullopt; }
};

TEST(Multipart, CanBeStoppedBeforeItBegins) {
    const auto files = [](std::size_t size) {
        Request request(RequestText{
            .method = "POST",
            .headers = {{"Content-Type", "multipart/form-data; boundary=B"}},
            .body = "--B\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\n" +
                    std::string(size, 'x') + "\r\n--B--"});
        request.upload_handlers().insert(request.upload_handlers().begin(), owned<Quota>());
        return request.FILES().size();
    };
    EXPECT_EQ(files(10), 1u);
    EXPECT_EQ(files(100), 0u);
}

TEST(Multipart, LeavesAnEmptyFormBehindWhenItFails) {
    const Request request(RequestText{
        .method = "POST", .headers = {{"Content-Type", "multipart/form-data"}}, .body = "x"});
    EXPECT_THROW(request.POST(), MultiPartParserError);
    EXPECT_TRUE(request.POST().empty());
    EXPECT_TRUE(request.FILES().empty());
}

}  // namespace
}  // namespace tatum::http
