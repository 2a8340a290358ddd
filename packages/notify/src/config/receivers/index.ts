import { discord } from "./discord.ts";
import { email } from "./email.ts";
import { incidentio } from "./incidentio.ts";
import { jira } from "./jira.ts";
import { mattermost } from "./mattermost.ts";
import { msteams } from "./msteams.ts";
import { msteamsv2 } from "./msteamsv2.ts";
import { opsgenie } from "./opsgenie.ts";
import { pagerduty } from "./pagerduty.ts";
import { pushover } from "./pushover.ts";
import { rocketchat } from "./rocketchat.ts";
import { slack } from "./slack.ts";
import { sns } from "./sns.ts";
import { telegram } from "./telegram.ts";
import { victorops } from "./victorops.ts";
import { webex } from "./webex.ts";
import { webhook } from "./webhook.ts";
import { wechat } from "./wechat.ts";

/** Every kind of integration by the key of its list in a receiver, in the order in which upstream prints them. */
export const integrations = {
  discord_configs: discord,
  email_configs: email,
  incidentio_configs: incidentio,
  pagerduty_configs: pagerduty,
  slack_configs: slack,
  webhook_configs: webhook,
  opsgenie_configs: opsgenie,
  wechat_configs: wechat,
  pushover_configs: pushover,
  victorops_configs: victorops,
  sns_configs: sns,
  telegram_configs: telegram,
  webex_configs: webex,
  msteams_configs: msteams,
  msteamsv2_configs: msteamsv2,
  jira_configs: jira,
  rocketchat_configs: rocketchat,
  mattermost_configs: mattermost,
} as const;

export type IntegrationKey = keyof typeof integrations;
