// The one file that names the generated code: by it the linker keeps the messages that all others
// find by name.
#include "adapters/grpc/linked.h"

#include <stdexcept>
#include <string>

#include <google/rpc/status.pb.h>
#include <oms/v1/common.pb.h>
#include <oms/v1/delivery.pb.h>
#include <oms/v1/kitchen.pb.h>
#include <oms/v1/notifications.pb.h>
#include <oms/v1/operations.pb.h>
#include <oms/v1/orders.pb.h>
#include <oms/v1/payments.pb.h>
#include <oms/v1/problem.pb.h>
#include <oms/v1/reconciliation.pb.h>
#include <oms/v1/sagas.pb.h>
#include <oms/v1/stock.pb.h>

namespace oms::grpc_api {

// Never read: what it points at is linked.
extern const void* const linked_files[];
const void* const linked_files[] = {
    &descriptor_table_oms_2fv1_2fcommon_2eproto,
    &descriptor_table_oms_2fv1_2fdelivery_2eproto,
    &descriptor_table_oms_2fv1_2fkitchen_2eproto,
    &descriptor_table_oms_2fv1_2fnotifications_2eproto,
    &descriptor_table_oms_2fv1_2foperations_2eproto,
    &descriptor_table_oms_2fv1_2forders_2eproto,
    &descriptor_table_oms_2fv1_2fpayments_2eproto,
    &descriptor_table_oms_2fv1_2fproblem_2eproto,
    &descriptor_table_oms_2fv1_2freconciliation_2eproto,
    &descriptor_table_oms_2fv1_2fsagas_2eproto,
    &descriptor_table_oms_2fv1_2fstock_2eproto,
    &descriptor_table_google_2frpc_2fstatus_2eproto,
};

const pb::Descriptor& message_named(std::string_view name) {
  const auto full_name = std::string{"oms.v1."}.append(name);
  const auto* found = pb::DescriptorPool::generated_pool()->FindMessageTypeByName(full_name);
  if (found == nullptr) throw std::logic_error("there is no message " + full_name);
  return *found;
}

pb::Message* make_message(const pb::Descriptor& type) {
  return pb::MessageFactory::generated_factory()->GetPrototype(&type)->New();
}

}  // namespace oms::grpc_api
