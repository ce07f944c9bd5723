// What a client is sent in gzip; it is asked not to expand, so that it sees.
#include <grpc/impl/codegen/grpc_types.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/sync_stream.h>

#include "server/api/grpc/bytes.h"
#include "server/api/grpc/testing/grpc_test.h"
#include "server/api/rpc/message.h"

namespace clogs::api::testing {
namespace {

class CompressionTest : public GrpcTest {
 protected:
  CompressionTest() { options.limits.compress_loopback = true; }

  // The messages of an answer as they come. `algorithms`: what the client says it takes, as bits.
  std::vector<std::string> ask(const std::string& query,
                               int algorithms = (1 << GRPC_COMPRESS_NONE) |
                                                (1 << GRPC_COMPRESS_GZIP)) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
    arguments.SetInt(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, algorithms);
    const auto connection =
        grpc::CreateCustomChannel(target(), grpc::InsecureChannelCredentials(), arguments);
    const grpc::internal::RpcMethod method("/clogs.v1.QueryLogs/Query",
                                           grpc::internal::RpcMethod::SERVER_STREAMING, connection);
    grpc::ClientContext context;
    limit(context);
    v1::QueryRequest request;
    request.set_query(query);
    request.set_format(v1::ROW_FORMAT_EDN);
    const std::unique_ptr<grpc::ClientReader<grpc::ByteBuffer>> reader(
        grpc::internal::ClientReaderFactory<grpc::ByteBuffer>::Create(
            connection.get(), method, &context, buffer_of(request.SerializeAsString())));
    std::vector<std::string> messages;
    grpc::ByteBuffer message;
    while (reader->Read(&message)) messages.push_back(bytes_of(message));
    const grpc::Status status = reader->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return messages;
  }

  static size_t compressed(const std::vector<std::string>& messages) {
    size_t count = 0;
    for (const std::string& message : messages) count += rpc::is_gzip(message) ? 1 : 0;
    return count;
  }
};

TEST_F(CompressionTest, BlocksOfRowsAreCompressedAndWhatIsShortIsNot) {
  const auto messages = ask("{:rows 10000}");
  ASSERT_GT(messages.size(), 3U);
  EXPECT_FALSE(rpc::is_gzip(messages.front())) << "the header";
  EXPECT_FALSE(rpc::is_gzip(messages.back())) << "the trailer";
  EXPECT_EQ(compressed(messages), messages.size() - 2);
  const Result<rpc::Message> rows =
      rpc::receive(messages[1], Transport::grpc, nullptr, size_t{1} << 20);
  ASSERT_TRUE(rows.ok());
  v1::QueryResponse response;
  ASSERT_TRUE(response.ParseFromString(rows->bytes));
  EXPECT_THAT(response.rows().edn(), ::testing::StartsWith("{:n 0 :text \"row\"}\n"));
}

TEST_F(CompressionTest, ClientsThatDoNotTakeGzipAreSentNone) {
  EXPECT_EQ(compressed(ask("{:rows 10000}", 1 << GRPC_COMPRESS_NONE)), 0U);
}

TEST_F(CompressionTest, ClientsOnThisMachineAreSentNone) {
  options.limits.compress_loopback = false;
  EXPECT_EQ(compressed(ask("{:rows 10000}")), 0U);
}

}  // namespace
}  // namespace clogs::api::testing
